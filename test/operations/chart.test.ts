import { describe, expect, test } from 'vitest';
import type { LastMetrics, Metric, Trend, TrendRequest } from '../../src/core/metric.ts';
import type { RunContext, Steps } from '../../src/core/operation.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { readArguments } from '../../src/core/arguments.ts';
import { chart } from '../../src/operations/chart.ts';
import { expectPublished } from '../published-json.ts';

const at = '2026-11-24T03:00:00.000Z';
const seconds = Date.parse(at) / 1000;
const metrics: readonly Metric[] = [
  { name: 'connections', value: 85, unit: '%', limits: [{ label: 'warning', value: 80 }] },
  { name: 'lag:shop-db-2', value: 94, unit: 's' },
  { name: 'lag:shop-db-3', value: 3, unit: 's' },
  {
    name: 'slot-bytes:old',
    value: 700,
    unit: 'bytes',
    ceiling: { value: 1000, what: 'Slot old', happens: 'lost', steady: true },
  },
];

/** Asks for a chart where these numbers were kept last, with eight hours of growth behind each. */
async function ask(args: object, last: LastMetrics | null = { at, metrics }) {
  const asked: TrendRequest[] = [];
  const trendOf = ({ metric, sinceSeconds }: TrendRequest): Trend => {
    const values = sinceSeconds < 8 * 3600 ? [] : Array.from({ length: 8 }, (_, n) => 400 + 37.5 * n);
    return { metric, points: values.map((value, n) => [seconds - (8 - n) * 3600, value, value, value]) };
  };
  const context: Partial<RunContext<Steps>> = {
    targets: [{ name: 'shop-db', engine: 'postgres', environment: 'production' }],
    startedAt: at,
    lastMetrics: async () => last,
    trends: async (_target, requests) => {
      asked.push(...requests);
      return requests.map(trendOf);
    },
  };
  const outcome: Outcome = await chart.run(context as RunContext<Steps>, args);
  expectPublished(outcome);
  return { asked, outcome, done: 'done' in outcome ? outcome.done : undefined };
}

describe('/db chart', () => {
  test('shows one number of a week, with its limits, up to the last look', async () => {
    const { asked, done } = await ask({ metric: 'connections' });
    expect(asked).toEqual([{ metric: 'connections', sinceSeconds: 604_800, bucketSeconds: 6300 }]);
    expect(done?.headline).toBe('connections 85 % at the last look; 400 % to 663 % within 7d');
    expect(done?.charts).toMatchObject([{ title: 'shop-db · connections', limits: [{ label: 'warning', value: 80 }] }]);
    expect(done?.charts[0]?.series[0]?.points.at(-1)).toEqual({ at, value: 85 });
  });

  test('shows all of a kind as lines of one picture', async () => {
    const { done } = await ask({ metric: 'LAG', since: '2d' });
    expect(done?.charts).toHaveLength(1);
    expect(done?.charts[0]?.series.map(({ name }) => name)).toEqual(['lag:shop-db-2', 'lag:shop-db-3']);
  });

  test('says when a growing number reaches its end', async () => {
    const { done } = await ask({ metric: 'slot-bytes:old' });
    expect(done?.charts).toMatchObject([{ note: 'lost in 8 h', limits: [{ label: 'lost', value: 1000 }] }]);
    expect(done?.facts).toEqual([{ label: 'Slot old', value: 'lost in 8 h' }]);
  });

  test('says so where nothing was kept in that time', async () => {
    const { done } = await ask({ metric: 'connections', since: '1h' });
    expect(done?.headline).toBe('connections 85 % at the last look; nothing was kept within 1h');
  });

  test('without a name lists what is kept', async () => {
    const { done } = await ask({});
    expect(done?.tables[0]?.rows).toContainEqual({ metric: 'lag:shop-db-2', value: '94 s' });
    expect(done?.charts).toEqual([]);
  });

  test('refuses a name that nobody keeps, with those that are kept', async () => {
    const { outcome } = await ask({ metric: 'constructor' });
    expect(outcome).toEqual({
      refused: expect.stringContaining('connections, lag:shop-db-2, lag:shop-db-3, slot-bytes:old') as string,
    });
  });

  test('refuses before the first report, and says how to get one', async () => {
    const { outcome } = await ask({ metric: 'connections' }, null);
    expect(outcome).toEqual({ refused: expect.stringContaining('health shop-db') as string });
  });

  test.each(['1h', '7d', '4w', '1y', ' 30 D '])('takes %s as how far back', (since) => {
    expect(readArguments(chart.args, { metric: 'x', since })).toHaveProperty('args');
  });

  test.each(['', '0d', '7', 'd', '2y', '-1d', '400d', 'yesterday'])('does not take "%s"', (since) => {
    expect(readArguments(chart.args, { metric: 'x', since })).toMatchObject({ problems: [{ field: 'since' }] });
  });
});
