import { describe, expect, test } from 'vitest';
import { segments } from '../../src/charts/segments.ts';
import { chartSvg } from '../../src/charts/svg.ts';
import { timeTicks } from '../../src/charts/time-axis.ts';
import { valueAxis } from '../../src/charts/value-axis.ts';
import { chartWith, hourly } from './charts.ts';

const GIB = 1024 ** 3;

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words = '']) => words);
}

function labels(from: string, to: string, timeZone: string): string[] {
  return timeTicks(Date.parse(from), Date.parse(to), timeZone).map(({ label }) => label);
}

describe('a chart', () => {
  test('says what it shows, where it stands now, its limits, its units and its time zone', () => {
    const points = hourly(72, (hour) => 30 + hour);
    const limits = [
      { label: 'warning', value: 80 },
      { label: 'critical', value: 90 },
    ];
    const svg = chartSvg(chartWith(points, { limits, note: 'full in 12 days (9-17)' }), { timeZone: 'Europe/Berlin' });
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([
        'shop-db · connections',
        '101 %',
        'full in 12 days (9-17)',
        'warning 80 %',
        'critical 90 %',
        '50 %',
        'Europe/Berlin',
        '22 Nov',
      ]),
    );
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
  });

  test('names each line, with its newest value where there is room for both', () => {
    const legend = (...names: string[]) => {
      const points = hourly(3, () => 210 * GIB);
      const series = names.map((name) => ({ name, points }));
      return textsOf(chartSvg(chartWith(points, { unit: 'bytes', series }), { timeZone: 'UTC' })).slice(
        1,
        1 + names.length,
      );
    };
    expect(legend('shop-db', 'orders-db')).toEqual(['shop-db 210 GB', 'orders-db 210 GB']);
    expect(legend('db', 'shop-db', 'orders-db', 'shop-cache')).toEqual([
      'db 210 GB',
      'shop-db',
      'orders-db',
      'shop-cache',
    ]);
  });

  test('tells a limit that lies far above at the edge instead of pressing the line flat', () => {
    const limits = [{ label: 'critical', value: 50 * GIB }];
    const svg = chartSvg(
      chartWith(
        hourly(5, (hour) => hour * GIB),
        { unit: 'bytes', limits },
      ),
      { timeZone: 'UTC' },
    );
    expect(textsOf(svg)).toContain('↑ critical 50 GB');
    expect(textsOf(svg)).toContain('4 GB');
    expect(svg).not.toContain('stroke-dasharray');
  });

  test('names each of several lines with its last value', () => {
    const series = [
      { name: 'lag:shop-db-2', points: hourly(4, () => 94) },
      { name: 'lag:shop-db-3', points: hourly(4, () => 3) },
    ];
    const texts = textsOf(chartSvg(chartWith([], { unit: 's', series }), { timeZone: 'UTC' }));
    expect(texts).toEqual(expect.arrayContaining(['shop-db-2 94 s', 'shop-db-3 3 s']));
  });

  test('leaves a gap where nobody looked, and shows a lonely look as a dot', () => {
    const svg = chartSvg(
      chartWith(
        hourly(
          60,
          (hour) => hour,
          (hour) => (hour > 10 && hour < 20) || (hour > 20 && hour < 30),
        ),
      ),
      { timeZone: 'UTC' },
    );
    expect(svg.match(/<polyline/g)).toHaveLength(3);
  });

  test('without any point says that nobody looked', () => {
    expect(textsOf(chartSvg(chartWith([]), { timeZone: 'UTC' }))).toContain('nobody looked');
  });

  test('is the same text for the same numbers', () => {
    const chart = chartWith(hourly(30, (hour) => hour / 7));
    expect(chartSvg(chart, { timeZone: 'UTC' })).toBe(chartSvg(structuredClone(chart), { timeZone: 'UTC' }));
  });
});

describe('a line', () => {
  const dots = (...hours: number[]) =>
    hours.map((hour) => ({ atMs: hour * 3_600_000, value: hour, least: hour, most: hour }));
  const shape = (...hours: number[]) => segments(dots(...hours)).map((piece) => piece.map(({ value }) => value));

  test('breaks where the time between two looks is unusually long', () => {
    expect(shape(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17)).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [16, 17],
    ]);
  });

  test('of nightly looks does not break because somebody looked twice in an evening', () => {
    expect(shape(0, 24, 24.1, 48, 72, 96)).toHaveLength(1);
  });

  test.each([[[]], [[5]], [[5, 5]]])('of %j is drawn as it is', (hours: number[]) => {
    expect(shape(...hours).flat()).toEqual(hours);
  });
});

describe('the times below', () => {
  test('are round hours of the wall clock there, and midnight is a date', () => {
    expect(labels('2026-11-24T09:10:00Z', '2026-11-25T04:00:00Z', 'Europe/Berlin')).toEqual([
      '12:00',
      '18:00',
      '25 Nov',
    ]);
    expect(labels('2026-11-24T09:10:00Z', '2026-11-24T11:00:00Z', 'Asia/Kolkata')).toEqual([
      '15:00',
      '15:30',
      '16:00',
      '16:30',
    ]);
  });

  test('are midnights there when the clocks change, in spring and in autumn', () => {
    const berlin = (from: string, to: string) =>
      timeTicks(Date.parse(from), Date.parse(to), 'Europe/Berlin').map(({ atMs }) => new Date(atMs).toISOString());
    expect(berlin('2026-03-27T12:00:00Z', '2026-03-31T12:00:00Z')).toEqual([
      '2026-03-27T23:00:00.000Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ]);
    expect(berlin('2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z')).toEqual([
      '2026-10-23T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-10-26T23:00:00.000Z',
    ]);
  });

  test.each([0.01, 1, 5, 24, 100, 24 * 30, 24 * 365])('of %d hours are a handful', (hours) => {
    const toMs = Date.parse('2026-11-24T09:10:00Z');
    const count = timeTicks(toMs - hours * 3_600_000, toMs, 'America/New_York').length;
    expect(count).toBeLessThanOrEqual(6);
    if (hours >= 1) expect(count).toBeGreaterThanOrEqual(2);
  });
});

describe('the numbers at the side', () => {
  test('begin at zero, unless that leaves most of the plot empty', () => {
    expect(valueAxis([3, 60], [], '%').low).toBe(0);
    expect(valueAxis([812 * GIB, 884 * GIB], [], 'bytes')).toMatchObject({ low: 800 * GIB, high: 900 * GIB });
  });

  test('are round in the unit that a person reads', () => {
    expect(valueAxis([0, 3.4 * GIB], [], 'bytes').ticks.map((tick) => tick / GIB)).toEqual([0, 1, 2, 3, 4]);
    expect(valueAxis([0, 94], [], 's').ticks).toEqual([0, 50, 100]);
  });

  test.each([[[]], [[0]], [[0, 0]], [[-5, 5]], [[1e-9]], [[7, 7, 7]]])('of %j are a real axis', (values: number[]) => {
    const { low, high, ticks } = valueAxis(values, [], 's');
    expect(high).toBeGreaterThan(low);
    expect(ticks.length).toBeGreaterThan(1);
    expect(Number.isFinite(low + high)).toBe(true);
  });
});
