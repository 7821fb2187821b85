import { describe, expect, test } from 'vitest';
import type { Good, Remembered } from '../../src/core/past.ts';
import { emptyReport, type Report, type ReportedFinding } from '../../src/core/report.ts';
import { handClock, start, onEveryTable } from './fresh-state.ts';

function look(
  secondsBeforeStart: number,
  samples: Remembered['samples'] = { 'redis.memory': { read: 1 } },
): Remembered {
  return { at: iso(-secondsBeforeStart), samples, findings: [] };
}

function iso(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString();
}

function finding(evidence: string): ReportedFinding {
  return {
    key: 'postgres.locks:root',
    severity: 'critical',
    sentence: '41 sessions wait.',
    next: 'End pid 2211.',
    evidence,
    change: 'NEW',
    since: iso(0),
  };
}

onEveryTable((local) => {
  describe('the past of a target', () => {
    test('is empty before the first look', async () => {
      expect(await local.state().history.past('new-db')).toEqual({});
    });

    test('has the last scheduled or alarm look as baseline, which a person does not move', async () => {
      const { history } = local.state(handClock().now);
      await history.remember('base-db', look(7200), { baseline: true });
      await history.remember('base-db', look(3600), { baseline: true });
      await history.remember('base-db', look(600), { baseline: false });
      const past = await history.past('base-db');
      expect(past.baseline?.at).toBe(iso(-3600));
      expect(past.rates?.at).toBe(iso(-600));
    });

    test('keeps the younger baseline when an older look is remembered later', async () => {
      const { history } = local.state(handClock().now);
      await history.remember('late-db', look(60), { baseline: true });
      await history.remember('late-db', look(120), { baseline: true });
      expect((await history.past('late-db')).baseline?.at).toBe(iso(-60));
    });

    test('measures rates against the youngest look that is at least 60 s old', async () => {
      const clock = handClock();
      const { history } = local.state(clock.now);
      for (const seconds of [600, 60, 59, 0]) await history.remember('rate-db', look(seconds), { baseline: false });
      expect((await history.past('rate-db')).rates?.at).toBe(iso(-60));
      clock.pass(1);
      expect((await history.past('rate-db')).rates?.at).toBe(iso(-59));
    });

    test('keeps targets apart whose names begin alike', async () => {
      const { history } = local.state(handClock().now);
      await history.remember('shop', look(600), { baseline: true });
      expect(await history.past('shop-db')).toEqual({});
    });

    test('gives samples and findings back as they were', async () => {
      const { history } = local.state(handClock().now);
      const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`);
      const kept: Remembered = {
        ...look(300, { 'postgres.locks': { read: { tree: deep, none: null, empty: '' } } }),
        findings: [finding('x')],
      };
      await history.remember('whole-db', kept, { baseline: true });
      const past = await history.past('whole-db');
      expect(past.rates).toEqual(kept);
      expect(past.baseline).toEqual({ ...kept, samples: {} });
    });

    test('keeps the findings of a look that is too large and measures rates against an older one', async () => {
      const { history } = local.state(handClock().now);
      const large = { ...look(120, { 'postgres.locks': { read: 'x'.repeat(500_000) } }), findings: [finding('small')] };
      await history.remember('large-db', look(600), { baseline: false });
      await history.remember('large-db', large, { baseline: true });
      const past = await history.past('large-db');
      expect(past.baseline).toEqual({ ...large, samples: {} });
      expect(past.rates?.at).toBe(iso(-600));
    });
  });

  describe('the last good look at a target', () => {
    const good = (secondsBeforeStart: number, bytes = 1): Good => ({
      at: iso(-secondsBeforeStart),
      samples: { 'redis.policy': { read: 'x'.repeat(bytes) } },
      rates: { at: iso(-secondsBeforeStart - 300), samples: { 'redis.policy': { read: 'then' } } },
    });

    test('stays what it was while later looks are bad, and is a part of no look', async () => {
      const { history } = local.state(handClock().now);
      await history.remember('good-db', { ...look(7200), good: good(7200) }, { baseline: true });
      await history.remember('good-db', look(3600), { baseline: true });
      const past = await history.past('good-db');
      expect(past.good).toEqual(good(7200));
      expect(past.baseline).toEqual({ ...look(3600), samples: {} });
      expect(past.rates).not.toHaveProperty('good');
    });

    test('is the youngest, whatever is kept last', async () => {
      const { history } = local.state(handClock().now);
      await history.remember('young-db', { ...look(60), good: good(60) }, { baseline: true });
      await history.remember('young-db', { ...look(120), good: good(120) }, { baseline: true });
      expect((await history.past('young-db')).good?.at).toBe(iso(-60));
    });

    test('loses its rates where it is too large with them, and is not kept where it is too large without', async () => {
      const { history } = local.state(handClock().now);
      const wide = {
        ...good(120, 90_000),
        rates: { at: iso(-400), samples: { 'redis.policy': { read: 'x'.repeat(9000) } } },
      };
      await history.remember('wide-db', { ...look(120), good: wide }, { baseline: true });
      expect((await history.past('wide-db')).good).toEqual({ at: wide.at, samples: wide.samples });
      await history.remember('wide-db', { ...look(60), good: good(60, 100_000) }, { baseline: true });
      expect((await history.past('wide-db')).good?.at).toBe(wide.at);
    });
  });

  describe('the last report of a target', () => {
    const report: Report = emptyReport({
      operation: 'health',
      subject: 'shop-db',
      status: 'healthy',
      headline: 'Nothing to do.',
      at: iso(0),
    });

    test('is the youngest, whatever is kept last', async () => {
      const { history } = local.state(handClock().now);
      expect(await history.latestReport('report-db')).toBeUndefined();
      await history.keepReport('report-db', report);
      await history.keepReport('report-db', { ...report, headline: 'Older.', at: iso(-60) });
      expect(await history.latestReport('report-db')).toEqual(report);
    });

    test('loses its tables when it is too large, and says so', async () => {
      const { history } = local.state(handClock().now);
      const table = { title: 'Sessions', columns: [], rows: [{ query: 'x'.repeat(500_000) }] };
      await history.keepReport('wide-db', { ...report, tables: [table], findings: [finding('kept')] });
      expect(await history.latestReport('wide-db')).toMatchObject({
        tables: [],
        findings: [{ evidence: 'kept' }],
        text: ['Charts and tables of this report were too large to be kept.'],
      });
    });

    test('loses the evidence where even that is too large', async () => {
      const { history } = local.state(handClock().now);
      await history.keepReport('deep-db', { ...report, findings: [finding('x'.repeat(500_000))] });
      expect((await history.latestReport('deep-db'))?.findings).toMatchObject([
        { sentence: '41 sessions wait.', evidence: null },
      ]);
    });
  });
});
