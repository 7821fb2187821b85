import { expect, test } from 'vitest';
import { drawCharts, type DrawTools } from '../../src/app/draw-charts.ts';
import { emptyReport, type Chart } from '../../src/core/report.ts';
import type { Poster, Sent } from '../../src/slack/post.ts';
import type { Picture } from '../../src/slack/upload.ts';
import { chartWith, hourly } from '../charts/charts.ts';

const request = {
  runId: `health-${'a'.repeat(40)}`,
  operation: 'health',
  subject: 'shop-db',
  args: {},
  trigger: { kind: 'schedule', name: 'nightly', scheduledAt: '2026-11-24T02:00:00Z' },
} as const;

function outcome(charts: readonly Chart[]) {
  const about = { operation: 'health', subject: 'shop-db', status: 'warning', headline: '', at: '' } as const;
  return { done: { ...emptyReport(about), charts } };
}

function slack(answer: (picture: Picture) => Sent) {
  const brought: Picture[] = [];
  const told: unknown[] = [];
  const upload = async (picture: Picture): Promise<Sent> => {
    brought.push(picture);
    return answer(picture);
  };
  const tools: DrawTools = {
    poster: { upload } as Poster,
    timeZone: 'UTC',
    log: (_level, message, detail) => void told.push([message, detail]),
  };
  return { tools, brought, told };
}

const chart = chartWith(hourly(5, (hour) => hour));

test('every chart becomes a file of Slack, in order, with a name and words of its own', async () => {
  const { tools, brought } = slack(({ name }) => ({ ok: `F-${name}` }));
  const files = await drawCharts(tools, request, outcome([chart, { ...chart, title: 'lag' }]));
  expect(files).toEqual(['F-health-aaaaaaaa-1.png', 'F-health-aaaaaaaa-2.png']);
  expect(brought.map(({ altText }) => altText)).toEqual([
    'shop-db · connections: 4 % at the end',
    'lag: 4 % at the end',
  ]);
  expect(brought.every(({ png }) => png[1] === 0x50)).toBe(true);
});

test('one that Slack does not take is missing, and told, and the others are there', async () => {
  const { tools, told } = slack(({ title }) => (title === 'lag' ? { permanent: 'missing_scope' } : { ok: 'F1' }));
  expect(await drawCharts(tools, request, outcome([{ ...chart, title: 'lag' }, chart]))).toEqual([null, 'F1']);
  expect(JSON.stringify(told)).toContain('missing_scope');
});

test('a report without charts, a refusal and a failure draw nothing', async () => {
  const { tools, brought } = slack(() => ({ ok: 'F1' }));
  expect(await drawCharts(tools, request, outcome([]))).toEqual([]);
  expect(await drawCharts(tools, request, { refused: 'no' })).toEqual([]);
  expect(brought).toEqual([]);
});

test('a zone that nobody knows costs the picture, not the report', async () => {
  const { tools } = slack(() => ({ ok: 'F1' }));
  expect(await drawCharts({ ...tools, timeZone: 'Nowhere/Never' }, request, outcome([chart]))).toEqual([null]);
});
