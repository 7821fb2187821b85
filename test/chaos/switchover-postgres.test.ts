import { afterAll, beforeAll, expect, it } from 'vitest';
import { killedAt } from '../providers/self-managed/killed-switchover.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';

const ROUNDS = 20;

let pair: StreamingPair;
let writer: ShopWriter;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
  writer = startShopWriter(pair.servers);
});
afterAll(async () => {
  await writer.stop();
  await pair.stop();
});

/** The server that takes the writes has all that was acknowledged. */
async function expectNothingLost(): Promise<void> {
  await expect.poll(() => pair.primary(), { timeout: 20_000 }).toBeDefined();
  const primary = await pair.primary();
  if (primary) expect(await missing(writer, primary)).toEqual([]);
}

it(`loses nothing in ${ROUNDS} switchovers there and back`, { timeout: 1_200_000 }, async () => {
  const gaps: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await writer.more(500);
    const order = await pair.streaming();
    const result = await pair.inRoom('act', (one) => one.carryOut(order));
    expect(result).toMatchObject({ ended: 'switched', why: null });
    gaps.push(result.writeGapMilliseconds ?? 0);
    await writer.more(200);
    await expectNothingLost();
  }
  process.stderr.write(`${writer.acknowledged().length} writes; writes stood still for ${gaps.join(', ')} ms\n`);
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
