import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { StatementLook, StatementWindow } from '../../src/core/statement.ts';
import { handClock, onEveryTable, start } from './fresh-state.ts';

const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function look(seconds: number, count = 3): StatementLook {
  const rows = Array.from({ length: count }, (_, n) => [`${n}77${seconds}`, 'shop', 'app', n, seconds] as const);
  const all = { calls: 0, totalMs: 0, statements: count };
  const about = { member: 'shop-db-1', role: 'primary', at: iso(seconds), resetAt: null } as const;
  return { ...about, forgotten: 0, leastMs: 0, all, unmeasured: [], rows, running: [] };
}

const between =
  (now: StatementLook) =>
  (before: StatementLook): StatementWindow => ({
    from: before.at,
    to: now.at,
    calls: 1,
    totalMs: 1,
    rows: [],
    others: 0,
    forgotten: 0,
  });

onEveryTable((local) => {
  describe('what is kept of statements', () => {
    test('is one window for each pair of looks, once, however often the later look is kept', async () => {
      const { statements } = local.state(handClock().now);
      for (const seconds of [0, 3_600, 3_600, 7_200, 3_600]) {
        await statements.keep('windows', look(seconds), between(look(seconds)));
      }
      const kept = await statements.windows('windows', 'shop-db-1', iso(-1));
      expect(kept.map(({ from, to }) => [from, to])).toEqual([
        [iso(0), iso(3_600)],
        [iso(3_600), iso(7_200)],
      ]);
      expect(await statements.windows('windows', 'shop-db-1', iso(5_000))).toHaveLength(1);
      expect(await statements.windows('windows', 'shop-db-2', iso(-1))).toEqual([]);
    });

    test('goes on where the clock of a server was put right', async () => {
      const { statements } = local.state(handClock().now);
      const ten = 10 * 365 * 86_400;
      for (const seconds of [ten, 0, 60])
        await statements.keep('clock', look(seconds), (before) =>
          before.at < look(seconds).at ? between(look(seconds))(before) : undefined,
        );
      const kept = await statements.windows('clock', 'shop-db-1', iso(-1));
      expect(kept.map(({ from, to }) => [from, to])).toEqual([[iso(0), iso(60)]]);
    });

    test('of all members has a window for each, by the name of the member', async () => {
      const { statements } = local.state(handClock().now);
      for (const seconds of [0, 60]) {
        await statements.keep('both', look(seconds), between(look(seconds)));
        await statements.keep('both', { ...look(seconds), member: 'db#2' }, between(look(seconds)));
      }
      const all = await statements.allWindows('both', iso(60));
      expect(new Map(all.map(({ member, window }) => [member, window.to]))).toEqual(
        new Map([
          ['db#2', iso(60)],
          ['shop-db-1', iso(60)],
        ]),
      );
      expect(await statements.allWindows('both', iso(61))).toEqual([]);
    });

    test('counts no time twice where two looks come at once', async () => {
      const { statements } = local.state(handClock().now);
      await statements.keep('races', look(0), between(look(0)));
      await Promise.all([60, 61, 62].map((seconds) => statements.keep('races', look(seconds), between(look(seconds)))));
      const kept = await statements.windows('races', 'shop-db-1', iso(-1));
      const seconds = kept.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0) / 1000;
      expect(seconds).toBe(62);
    });

    test('fits into an item where a thousand statements were looked at', async () => {
      const { statements } = local.state(handClock().now);
      await statements.keep('many', look(0, 1_500), between(look(0)));
      await statements.keep('many', look(60, 1_500), between(look(60)));
      expect(await statements.windows('many', 'shop-db-1', iso(-1))).toHaveLength(1);
    });

    test('are texts by shape, and shapes by the ids of a server', async () => {
      const { statements } = local.state(handClock().now);
      expect(await statements.texts('texts')).toEqual({ ids: {}, shapes: {} });
      const shape = { shape: 'aa', text: 'select ?', tags: {}, applications: [], seenAt: iso(0) };
      await statements.changeTexts('texts', ({ ids }) => ({ ids: { ...ids, 7: 'aa' }, shapes: { aa: shape } }));
      expect(await statements.texts('texts')).toEqual({ ids: { 7: 'aa' }, shapes: { aa: shape } });
    });

    test('forgets the texts that were not seen for longest where they are more than an item holds', async () => {
      const { statements } = local.state(handClock().now);
      const texts = Array.from({ length: 6_000 }, (_, n) => {
        const hash = createHash('sha512').update(`${n}`).digest('hex');
        return { shape: hash.slice(0, 14), text: hash, tags: {}, applications: [], seenAt: iso(n) };
      });
      await statements.changeTexts('large', () => ({
        ids: Object.fromEntries(texts.map(({ shape }, n) => [n, shape])),
        shapes: Object.fromEntries(texts.map((one) => [one.shape, one])),
      }));
      const { ids, shapes } = await statements.texts('large');
      const kept = Object.keys(shapes).length;
      expect(kept).toBeGreaterThan(1_000);
      expect(kept).toBeLessThan(6_000);
      expect(Object.keys(ids)).toHaveLength(kept);
      expect(shapes[texts.at(-1)?.shape ?? '']).toEqual(texts.at(-1));
      expect(shapes[texts[0]?.shape ?? '']).toBeUndefined();
    });

    test('is gone after fifteen days', async () => {
      const clock = handClock();
      const { statements } = local.state(clock.now);
      await statements.keep('old', look(0), between(look(0)));
      await statements.keep('old', look(60), between(look(60)));
      clock.pass(15 * 86_400 + 1);
      expect(await statements.windows('old', 'shop-db-1', iso(-1))).toEqual([]);
    });
  });
});
