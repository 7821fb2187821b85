import { expect, test } from 'vitest';
import type { KnownBlock } from '@slack/types';
import { emptyReport, type Chart, type Report } from '../../src/core/report.ts';
import { simplified } from '../../src/slack/render-progress.ts';
import { chartWords } from '../../src/slack/render-chart.ts';
import { renderReport } from '../../src/slack/render-report.ts';

const at = '2026-11-24T03:00:00.000Z';

function chart(name: string): Chart {
  const points = [40, 50, 85].map((value) => ({ at, value }));
  const limits = [{ label: 'warning', value: 80 }];
  return { title: `shop-db · ${name}`, unit: '%', limits, series: [{ name, points }], note: 'full in 12 days (9-17)' };
}

const about = { operation: 'health', subject: 'shop-db', status: 'warning', headline: '1 warning', at } as const;
const report: Report = { ...emptyReport(about), charts: ['connections', 'lag', 'memory'].map(chart) };

function imagesIn(blocks: readonly KnownBlock[]): string[] {
  return blocks.flatMap((block) => (block.type === 'image' ? [JSON.stringify(block)] : []));
}

test('one picture stands in the message, the others in its thread, each with its words', () => {
  const rendered = renderReport(report, { style: 'channel', pictures: ['F1', 'F2', 'F3'] });
  expect(imagesIn(rendered.blocks)).toEqual([
    JSON.stringify({
      type: 'image',
      alt_text: 'shop-db · connections: 85 % at the end, warning at 80 %, full in 12 days (9-17)',
      slack_file: { id: 'F1' },
    }),
  ]);
  expect(imagesIn(rendered.thread.flatMap(({ blocks }) => blocks)).join()).toMatch(/F2.*F3/);
});

test('where there is no picture a line of bars says the same', () => {
  const rendered = renderReport(report, { style: 'channel', pictures: [null] });
  const text = JSON.stringify(rendered);
  expect(imagesIn([...rendered.blocks, ...rendered.thread.flatMap(({ blocks }) => blocks)])).toEqual([]);
  expect(text).toContain('▁▃█');
  expect(text).toContain('full in 12 days (9-17)');
});

test("an incident's message, which others write anew, leaves pictures to its thread", () => {
  const rendered = renderReport(report, { style: 'incident', pictures: ['F1', 'F2', 'F3'] });
  expect(imagesIn(rendered.blocks)).toEqual([]);
  expect(imagesIn(rendered.thread.flatMap(({ blocks }) => blocks))).toHaveLength(3);
});

test('a picture that Slack refuses leaves its words', () => {
  const { text, blocks } = renderReport(report, { style: 'channel', pictures: ['F1'] });
  const plain = JSON.stringify(simplified({ text, blocks }));
  expect(plain).toContain('connections: 85 % at the end');
  expect(plain).not.toContain('slack_file');
});

test('the words of a chart name each line, and are never too long', () => {
  const series = [
    { name: 'lag:a', points: [{ at, value: 94 }] },
    { name: 'lag:b', points: [] },
  ];
  expect(chartWords({ title: 'lag', unit: 's', limits: [], series })).toBe(
    'lag: lag:a 94 s at the end; lag:b no points',
  );
  expect(chartWords({ ...chart('x'), title: 'x'.repeat(5_000) }).length).toBeLessThanOrEqual(2_000);
});
