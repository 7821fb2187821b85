import { describe, expect, test } from 'vitest';
import type { Point, Trend } from '../../../src/core/metric.ts';
import { emptyReport, type Report, type ReportedFinding } from '../../../src/core/report.ts';
import { daysOf, forecastsOf } from '../../../src/operations/health/forecasts.ts';
import type { SeenMetric } from '../../../src/operations/health/judge.ts';
import { metricOf, outlookRequests, withOutlook } from '../../../src/operations/health/outlook.ts';

const DAY = 86_400;
const at = '2026-11-24T03:00:00.000Z';
const now = Date.parse(at) / 1000;
const shop = { name: 'shop-db', engine: 'postgres', environment: 'production' } as const;

const memory: SeenMetric = {
  check: 'redis.memory',
  name: 'memory:cache-1',
  value: 700,
  unit: 'bytes',
  ceiling: { value: 1000, what: 'Memory of cache-1', happens: 'full' },
};
const connections: SeenMetric = {
  check: 'postgres.connections',
  name: 'connections',
  value: 85,
  unit: '%',
  limits: [{ label: 'warning', value: 80 }],
};

/** A month of daily points that end just below what it is now. */
function growing(metric: SeenMetric, perDay: number): Trend {
  const points = Array.from({ length: 30 }, (_, n): Point => {
    const value = metric.value - perDay * (29.5 - n);
    return [now - (29.5 - n) * DAY, value, value, value];
  });
  return { metric: metric.name, points };
}

function finding(key: string): ReportedFinding {
  const told = { severity: 'warning', sentence: 'It is so.', evidence: null, next: 'Look.' } as const;
  return { key, ...told, change: 'NEW', since: at };
}

function report(more: Partial<Report> = {}): Report {
  const about = { operation: 'health', subject: 'shop-db', status: 'healthy', headline: 'healthy', at } as const;
  return { ...emptyReport(about), coverage: { asked: 2, answered: 2, gaps: [] }, ...more };
}

describe('the forecasts of a report', () => {
  test('say the day with its range, nearest first, and are silent where nothing says so', () => {
    const disk = {
      ...memory,
      name: 'disk',
      check: 'host.disk',
      ceiling: { value: 3000, what: 'Disk', happens: 'full' },
    };
    const told = forecastsOf([disk, memory, connections], [growing(disk, 10), growing(memory, 25)], at);
    expect(told.map(({ metric, words }) => `${metric.ceiling?.what} ${words}`)).toEqual([
      'Memory of cache-1 full in 12 days, about 6 Dec',
      'Disk full in 230 days, about 12 Jul',
    ]);
    expect(forecastsOf([memory], [{ metric: memory.name, points: [] }], at)).toEqual([]);
    expect(forecastsOf([memory], [], at)).toEqual([]);
  });

  test.each<[string, number, object | undefined]>([
    ['within three days, at the slowest, is a warning', 150, { severity: 'warning', measure: { limit: 3, step: 1 } }],
    ['within two weeks is information', 30, { severity: 'info', key: 'redis.memory:forecast:memory:cache-1' }],
    ['beyond is a fact alone', 10, undefined],
  ])('that end %s', (_what, perDay, wanted) => {
    const start = { ...memory, ceiling: { value: 1000, what: 'Memory of cache-1', happens: 'full' } };
    const [told] = forecastsOf([start], [growing(start, perDay)], at);
    expect(told?.finding === undefined ? undefined : told.finding).toEqual(
      wanted === undefined
        ? undefined
        : expect.objectContaining({
            ...wanted,
            ...('measure' in wanted ? { measure: expect.objectContaining(wanted.measure as object) } : {}),
          }),
    );
    if (told?.finding)
      expect(told.finding.sentence).toMatch(/^Memory of cache-1: full in .* \((warning|info) at \d+ days\)\.$/);
  });

  test('of a cache that evicts are told and never found', () => {
    const ceiling = { value: 1000, what: 'Memory of cache-1', happens: 'evicts', harmless: true as const };
    const [told] = forecastsOf([{ ...memory, ceiling }], [growing(memory, 150)], at);
    expect(told?.words).toBe('evicts in 2 days, about 26 Nov');
    expect(told?.finding).toBeUndefined();
  });

  test('of what grows steadily are told by the hour', () => {
    const ceiling = { value: 1000, what: 'Slot old', happens: 'lost', steady: true as const };
    const hours = Array.from({ length: 8 }, (_, n): Point => [
      now - (8 - n) * 3600,
      400 + 37.5 * n,
      400 + 37.5 * n,
      400 + 37.5 * n,
    ]);
    const slot = { ...memory, name: 'slot-bytes:old', check: 'postgres.replication-slots', ceiling };
    const trends = [
      { metric: slot.name, points: [] },
      { metric: slot.name, points: hours },
    ];
    const [told] = forecastsOf([slot], trends, at);
    expect(told?.words).toBe('lost in 8 h');
    expect(told?.finding).toMatchObject({ severity: 'warning' });
    expect(told && daysOf(told.told)).toBeCloseTo(8 / 24, 5);
  });
});

describe('a report with its past', () => {
  const seen = [connections, memory];
  const week: Trend = {
    metric: 'connections',
    points: [40, 50, 60, 70].map((value, n) => [now - (4 - n) * 7200, value, value, value + 5] as const),
  };

  test('asks for the month of what has an end, and for the week of what was found where it stands alone', () => {
    const judged = { metrics: seen, findings: [finding('postgres.connections:slots')] };
    expect(outlookRequests(judged, true)).toEqual([
      { metric: 'memory:cache-1', sinceSeconds: 30 * DAY, bucketSeconds: DAY },
      { metric: 'connections', sinceSeconds: 7 * DAY, bucketSeconds: 7200 },
    ]);
    expect(outlookRequests(judged, false)).toHaveLength(1);
    expect(outlookRequests({ metrics: [], findings: [] }, true)).toEqual([]);
  });

  test('shows the chart of what was found, with its limits, up to now', () => {
    const plain = report({ findings: [finding('postgres.connections:slots')] });
    const { charts, findings } = withOutlook(plain, shop, { metrics: seen, trends: [week], forecasts: [] });
    expect(charts).toMatchObject([
      { title: 'shop-db · connections', unit: '%', limits: [{ label: 'warning', value: 80 }] },
    ]);
    expect(charts[0]?.series[0]?.points.map(({ value }) => value)).toEqual([40, 50, 60, 70, 85]);
    expect(charts[0]?.series[0]?.points[0]).toMatchObject({ least: 40, most: 45 });
    expect(findings[0]?.actions).toEqual([
      { label: 'Chart', operation: 'chart', target: 'shop-db', args: ['connections'], disruptive: false },
    ]);
  });

  test('knows the number of a member that something is wrong with', () => {
    const cpu = { check: 'postgres.machine', name: 'cpu:db-1', value: 90, unit: '%' };
    const all = [{ ...cpu, name: 'cpu:db-2' }, cpu];
    expect(metricOf({ key: 'postgres.machine:db-1:cpu' }, all)).toBe(cpu);
    expect(metricOf({ key: 'postgres.machine:db-1:swap' }, all)).toBeUndefined();
  });

  test('shows no chart of two looks, and none of what nobody follows', () => {
    const plain = report({ findings: [finding('postgres.connections:slots'), finding('postgres.locks:root')] });
    const short = { ...week, points: week.points.slice(0, 2) };
    const told = withOutlook(plain, shop, { metrics: seen, trends: [short], forecasts: [] });
    expect(told.charts).toEqual([]);
    expect(told.findings[1]?.actions).toBeUndefined();
  });

  test('tells what ends soon before all other facts, with its chart', () => {
    const trends = [growing(memory, 25)];
    const plain = report({ facts: [{ label: 'Size', value: '1 GB' }] });
    const told = withOutlook(plain, shop, { metrics: seen, trends, forecasts: forecastsOf(seen, trends, at) });
    expect(told.facts.map(({ label }) => label)).toEqual(['Memory of cache-1', 'Size']);
    expect(told.charts).toMatchObject([
      { note: 'full in 12 days, about 6 Dec', limits: [{ label: 'full', value: 1000 }] },
    ]);
  });

  test.each([
    ['postgres.wraparound:xid', 'xid-age'],
    ['postgres.wraparound:multixact', 'multixact-age'],
    ['postgres.replication-lag:shop-db-3', 'lag-bytes:shop-db-3'],
    ['postgres.replication-slots:old', 'slot-bytes:old'],
    ['postgres.replication-slots:forecast:slot-bytes:old', 'slot-bytes:old'],
    ['postgres.connections:slots', 'connections'],
    ['postgres.replication-slots:another', undefined],
    ['postgres.locks:root', undefined],
  ])('finds the number behind %s', (key, name) => {
    const metrics = [
      ['postgres.wraparound', 'xid-age'],
      ['postgres.wraparound', 'multixact-age'],
      ['postgres.replication-lag', 'lag-bytes:shop-db-2'],
      ['postgres.replication-lag', 'lag-bytes:shop-db-3'],
      ['postgres.replication-slots', 'slot-bytes:old'],
      ['postgres.connections', 'connections'],
    ].map(([check = '', metric = '']) => ({ check, name: metric, value: 1, unit: '' }));
    expect(metricOf({ key }, metrics)?.name).toBe(name);
  });
});
