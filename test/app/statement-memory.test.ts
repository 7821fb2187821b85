import { expect, test } from 'vitest';
import { statementMemory } from '../../src/app/statement-memory.ts';
import { COUNTERS, type StatementLook } from '../../src/core/statement.ts';
import { createStatements } from '../../src/state/statements.ts';
import { memoryTable } from './memory-table.ts';

const start = Date.parse('2026-11-28T00:00:00Z');
const hour = (n: number) => new Date(start + n * 3_600_000).toISOString();

/** So many calls of one statement since the start, each of 100 ms. */
function look(
  member: string,
  role: StatementLook['role'],
  atHour: number,
  calls: { [id: string]: number },
): StatementLook {
  const rows = Object.entries(calls).map(
    ([id, count]) =>
      [
        id,
        'shop',
        'app',
        ...COUNTERS.map((counter) => (counter === 'calls' ? count : counter === 'totalMs' ? count * 100 : 0)),
      ] as const,
  );
  const sum = Object.values(calls).reduce((total, count) => total + count, 0);
  const all = { calls: sum, totalMs: sum * 100, statements: rows.length };
  return {
    member,
    role,
    at: hour(atHour),
    resetAt: hour(-100),
    forgotten: 0,
    leastMs: 0,
    all,
    unmeasured: [],
    rows,
    running: [],
  };
}

test('after a failover the statements of the former primary are not new on the one that takes writes now', async () => {
  const memory = statementMemory(createStatements(memoryTable(() => start)));
  const texts = ['1', '2'].map((id) => ({ id, shape: id.repeat(14), text: `select ${id}`, tags: {} }));
  const ask = (n: number) => ({ since: hour(n - 1), until: hour(n), by: 'total' as const, leastLoadRatio: 0.002 });
  const compare = (n: number, looks: StatementLook[]) => memory.compare('shop-db', looks, texts, ask(n));
  for (let n = 0; n <= 6; n++)
    await compare(n, [look('a', 'primary', n, { 1: 10_000 * n }), look('b', 'replica', n, { 2: 5_000 * n })]);
  // a is gone; b takes over, and runs what a ran.
  await compare(7, [look('b', 'primary', 7, { 1: 5_000, 2: 32_000 })]);
  const [now] = await compare(8, [look('b', 'primary', 8, { 1: 15_000, 2: 32_000 })]);
  expect(now?.lines[0]).toMatchObject({ shape: '1'.repeat(14), usual: { meanMs: 100 } });
  expect(now?.moved).toEqual([]);
  expect(now?.notes.join()).toContain(
    'b takes writes since 2026-11-28 06:00 UTC or a bit later; before that, a is counted',
  );
});

test('a cluster of twelve, and statements that name every tenant, fit into a checkpoint of 256 KB', async () => {
  const memory = statementMemory(createStatements(memoryTable(() => start)));
  const ids = Array.from({ length: 200 }, (_, n) => `redis:command${n}`);
  const texts = ids.map((id) => ({ id, shape: id, text: `${id} ${'x'.repeat(380)}`, tags: {} }));
  const ask = (n: number) => ({ since: hour(n - 1), until: hour(n), by: 'total' as const, leastLoadRatio: 1e-9 });
  for (let n = 0; n <= 5; n++) {
    const calls = Object.fromEntries(
      ids.map((id, place) => [id, Math.round(n * (n === 5 && place % 3 === 0 ? 9 : 1) * 1_000.7) + place * n]),
    );
    const looks = Array.from({ length: 12 }, (_, member) => look(`cache-${member}`, 'primary', n, calls));
    const compared = await memory.compare('cache', looks, texts, ask(n));
    expect(Buffer.byteLength(JSON.stringify(compared))).toBeLessThan(256_000);
    expect(compared).toHaveLength(12);
    if (n < 5) continue;
    expect(compared[0]?.course).not.toEqual([]);
    expect(compared[11]?.lines.length).toBeGreaterThan(3);
  }
});
