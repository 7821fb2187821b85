import type { BlockChapter, BlockExample } from './example.ts';

const categories = ['02:00', '02:10', '02:20', '02:30', '02:40', '02:50'];

function series(name: string, values: readonly number[]) {
  return { name, data: categories.map((label, index) => ({ label, value: values[index] ?? 0 })) };
}

function axes(type: 'area' | 'bar' | 'line', title: string): BlockExample {
  return {
    title: type,
    surface: 'message',
    block: {
      type: 'data_visualization',
      title,
      chart: {
        type,
        series: [series('orders-db-2', [0, 2, 11, 37, 70, 94]), series('orders-db-3', [0, 1, 3, 8, 21, 33])],
        axis_config: { categories, x_label: 'UTC', y_label: 'seconds' },
      },
    },
  };
}

export const charts: BlockChapter = {
  type: 'data_visualization',
  examples: [
    axes('line', 'Replication lag'),
    axes('bar', 'Replication lag by replica'),
    axes('area', 'Replication lag, layered'),
    {
      title: 'pie',
      surface: 'message',
      block: {
        type: 'data_visualization',
        title: 'Connections of orders-db',
        chart: {
          type: 'pie',
          segments: [
            { label: 'checkout', value: 31 },
            { label: 'billing', value: 14 },
            { label: 'reporting', value: 8 },
            { label: 'free', value: 47 },
          ],
        },
      },
    },
  ],
};
