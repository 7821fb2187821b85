import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { switchoverOf } from '../../src/providers/self-managed/switchover.ts';
import { killedAt } from '../providers/self-managed/killed-switchover.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';
import { rounds } from './rounds.ts';

let pair: StreamingPair;
let writer: ShopWriter;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
  writer = startShopWriter(pair.servers);
});
afterAll(async () => {
  pair.gate.restore();
  await writer.stop();
  await pair.stop();
});

/** The server that takes the writes has all that was acknowledged. */
async function expectNothingLost(): Promise<void> {
  await expect.poll(() => pair.primary(), { timeout: 60_000 }).toBeDefined();
  const primary = await pair.primary();
  if (primary) expect(await missing(writer, primary)).toEqual([]);
}

/** Makes every commit on the primary wait for its standby, as long as that follows. */
async function waitForStandby(): Promise<void> {
  const { from, to } = await pair.streaming();
  await pair.server(from).query(`ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 ("${to}")'`);
  await pair.server(from).query('SELECT pg_reload_conf()');
  const SYNC = `SELECT sync_state FROM pg_stat_replication WHERE application_name = '${to}'`;
  await expect.poll(() => pair.server(from).query(SYNC), { timeout: 60_000 }).toEqual([{ sync_state: 'sync' }]);
}

const kinds = [
  { kind: 'asynchronous', prepare: async () => {}, left: 1 },
  { kind: 'synchronous', prepare: waitForStandby, left: 2 },
];

describe.each(kinds)('$kind servers', ({ kind, prepare, left }) => {
  it(`lose nothing in ${rounds} switchovers there and back`, { timeout: rounds * 120_000 }, async () => {
    const gaps: number[] = [];
    const rates: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await pair.streaming();
      await prepare();
      const beganAtMs = performance.now();
      await writer.more(500);
      rates.push(Math.round(500_000 / (performance.now() - beganAtMs)));
      const order = await pair.streaming();
      const result = await pair.inRoom('act', (one) => one.carryOut(order));
      expect(result, `round ${round}, ${JSON.stringify(result)}`).toMatchObject({
        ended: 'switched',
        why: null,
        lost: 'none',
      });
      expect(result.left).toHaveLength(left);
      gaps.push(result.writeGapMilliseconds ?? Number.NaN);
      // It hangs nowhere: also a new primary that waited for somebody takes writes.
      await writer.more(200);
      await expectNothingLost();
    }
    expect(gaps.every((gap) => gap > 0)).toBe(true);
    process.stderr.write(
      `${kind}: ${rounds} of ${rounds}, ${writer.acknowledged().length} writes, none lost; before each switchover ${rates.join(', ')} a second; writes stood still for ${gaps.join(', ')} ms\n`,
    );
  });
});

it('that waits for its standby is taken back at the deadline, and goes on once that is back', async () => {
  await waitForStandby();
  const order = { ...(await pair.streaming()), deadlineSeconds: 2 };
  // Its commits wait for the standby, as they are to: that the hold is over cannot be seen by one.
  await expect(
    pair.onActing((place, target) =>
      switchoverOf(place, target, async (phase) => {
        if (phase === 'Catch up') pair.gate.cut();
      }).carryOut(order),
    ),
  ).rejects.toThrow(/had not caught up after 2 seconds\. Whether .* takes writes again could not be seen/);
  const result = await pair.inRoom('act', (one) => one.settle(order));
  expect(result).toMatchObject({ ended: 'rolled-back', lost: 'none' });
  pair.gate.restore();
  await writer.more(200);
  const NAMES = `SELECT current_setting('synchronous_standby_names') AS names`;
  expect(await pair.server(order.from).query(NAMES)).toEqual([{ names: `FIRST 1 ("${order.to}")` }]);
  await expectNothingLost();
  await pair.server(order.from).query('ALTER SYSTEM RESET synchronous_standby_names');
  await pair.server(order.from).query('SELECT pg_reload_conf()');
});

it.each(['Hold the writes', 'Catch up', 'Close the old primary', 'Promote', 'Prove'] as const)(
  'ends in the right state when it is killed before "%s"',
  async (phase) => {
    const order = await pair.streaming();
    await killedAt(pair, phase, order);
    const result = await pair.inRoom('act', (one) => one.settle(order));
    expect(result).toMatchObject({ ended: phase === 'Prove' ? 'switched' : 'rolled-back' });
    await writer.more(200);
    await expectNothingLost();
  },
);
