import { describe, expect, test } from 'vitest';
import type { Metric, Point } from '../../src/core/metric.ts';
import { keys } from '../../src/state/keys.ts';
import type { MetricHistory } from '../../src/state/metrics.ts';
import { handClock, onEveryTable, start } from './fresh-state.ts';

const DAY = 86_400;

function iso(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

function memory(value: number): Metric {
  return { name: 'memory:cache-1', value, unit: 'bytes', limits: [{ label: 'warning', value: 80 }] };
}

/** Looks at these seconds after the start, each with its value. */
async function looks(metrics: MetricHistory, target: string, values: readonly [number, number][]): Promise<void> {
  for (const [seconds, value] of values) await metrics.keep(target, { at: iso(seconds), metrics: [memory(value)] });
}

async function pointsOf(
  metrics: MetricHistory,
  target: string,
  asked: { sinceSeconds: number; bucketSeconds?: number; untilSeconds: number },
): Promise<readonly Point[]> {
  const { sinceSeconds, bucketSeconds = 60, untilSeconds } = asked;
  const request = { metric: 'memory:cache-1', sinceSeconds, bucketSeconds };
  const [trend] = await metrics.trends(target, [request], iso(untilSeconds));
  return trend?.points ?? [];
}

onEveryTable((local) => {
  describe('the metrics of a target', () => {
    test('are unknown before the first look', async () => {
      const { metrics } = local.state(handClock().now);
      expect(await metrics.last('fresh')).toBeUndefined();
      expect(await pointsOf(metrics, 'fresh', { sinceSeconds: DAY, untilSeconds: 0 })).toEqual([]);
      expect(await metrics.trends('fresh', [], iso(0))).toEqual([]);
    });

    test('are one item for a look, kept once however often it is kept', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'one', [
        [0, 10],
        [0, 11],
      ]);
      const items = await local.table(handClock().now).query(keys.metricsOf('one'));
      expect(items.map(({ sk }) => sk)).toEqual([`at#${iso(0)}`]);
      expect(await metrics.last('one')).toEqual({ at: iso(0), metrics: [memory(10)] });
    });

    test('are given back as they were seen within three days, the limits with the last ones', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'raw', [
        [0, 10],
        [600, 30],
        [DAY, 50],
      ]);
      const seconds = start / 1000;
      expect(await pointsOf(metrics, 'raw', { sinceSeconds: 2 * DAY, untilSeconds: DAY })).toEqual([
        [seconds, 10, 10, 10],
        [seconds + 600, 30, 30, 30],
        [seconds + DAY, 50, 50, 50],
      ]);
      expect((await metrics.last('raw'))?.metrics[0]?.limits).toEqual([{ label: 'warning', value: 80 }]);
    });

    test('of a day that is over are one item of hours with least, mean and most', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'hours', [
        [0, 10],
        [600, 40],
        [3600, 7],
        [DAY, 50],
      ]);
      const table = local.table(handClock().now);
      expect((await table.query(keys.metricsOf('hours'), { from: 'day#', to: 'day#~' })).map(({ sk }) => sk)).toEqual([
        'day#2026-11-24',
      ]);
      const hour = start / 1000;
      expect(await pointsOf(metrics, 'hours', { sinceSeconds: 4 * DAY, untilSeconds: DAY })).toEqual([
        [hour + 1800, 25, 10, 40],
        [hour + 5400, 7, 7, 7],
        [hour + DAY, 50, 50, 50],
      ]);
    });

    test('are joined by bucket, counted back from the end', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'buckets', [
        [0, 10],
        [3500, 20],
        [7000, 60],
        [7200, 80],
      ]);
      const seconds = start / 1000;
      const asked = { sinceSeconds: DAY, bucketSeconds: 3600, untilSeconds: 7200 };
      expect(await pointsOf(metrics, 'buckets', asked)).toEqual([
        [seconds, 10, 10, 10],
        [seconds + 3500, 20, 20, 20],
        [seconds + 7100, 70, 60, 80],
      ]);
    });

    test('that arrive after the first look of the next day are folded in', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'late', [
        [0, 10],
        [DAY, 50],
        [60, 30],
      ]);
      const [first] = await pointsOf(metrics, 'late', { sinceSeconds: 4 * DAY, untilSeconds: DAY });
      expect(first).toEqual([start / 1000 + 1800, 20, 10, 30]);
    });

    test('are folded again by the next look where somebody was killed in between', async () => {
      const clock = handClock();
      const { metrics } = local.state(clock.now);
      await looks(metrics, 'killed', [[0, 10]]);
      // What a look leaves that folds and dies: the day, and nothing of its own.
      await local.table(clock.now).putNew(keys.metricsOfDay('killed', '2026-11-24'), { body: '{}' });
      await looks(metrics, 'killed', [[DAY, 50]]);
      expect(await pointsOf(metrics, 'killed', { sinceSeconds: 4 * DAY, untilSeconds: DAY })).toHaveLength(2);
    });

    test('stay 30 days as they were seen, and a year by the hour', async () => {
      const clock = handClock();
      const { metrics } = local.state(clock.now);
      await looks(metrics, 'old', [[0, 10]]);
      clock.pass(DAY);
      await looks(metrics, 'old', [[DAY, 20]]);
      clock.pass(40 * DAY);
      const table = local.table(clock.now);
      expect((await table.query(keys.metricsOf('old'))).map(({ sk }) => sk)).toEqual(['day#2026-11-24']);
      const year = { sinceSeconds: 365 * DAY, bucketSeconds: DAY, untilSeconds: 41 * DAY };
      expect(await pointsOf(metrics, 'old', year)).toHaveLength(1);
      clock.pass(330 * DAY);
      expect(await table.query(keys.metricsOf('old'))).toEqual([]);
    });

    test('that are younger than asked for are left out', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'future', [
        [0, 10],
        [60, 20],
      ]);
      expect(await pointsOf(metrics, 'future', { sinceSeconds: DAY, untilSeconds: 30 })).toHaveLength(1);
    });

    test('of targets whose names begin alike stay apart', async () => {
      const { metrics } = local.state(handClock().now);
      await looks(metrics, 'apart', [[0, 10]]);
      expect(await metrics.last('apart-2')).toBeUndefined();
    });
  });
});
