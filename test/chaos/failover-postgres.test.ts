import { afterAll, beforeAll, expect, it } from 'vitest';
import { killProcessAt } from '../providers/self-managed/killed-process.ts';
import { missing, openBook, startShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';
import { killPrimary, streaming } from './killed-primary.ts';
import { rounds } from './rounds.ts';

let pair: StreamingPair;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
});
afterAll(() => pair.stop());

it(`loses no more than it says in ${rounds} failovers there and back`, { timeout: 1_200_000 }, async () => {
  const lost: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await streaming(pair);
    const writer = startShopWriter(pair.servers, `c${round}-`);
    await writer.more(300);
    // Now and then the standby is behind.
    if (round % 2 === 0) pair.gate.cut();
    await writer.more(50);
    const { lookedAt, ...order } = await killPrimary(pair);
    expect(await pair.inFailoverRoom('act', (one) => one.carryOut(order))).toMatchObject({ ended: 'failed-over' });
    await writer.more(100);
    const gone = await missing(writer, pair.server(order.to));
    const oldest = Math.min(lookedAt, ...gone.map((id) => writer.acknowledgedAt(id)));
    expect(lookedAt - oldest).toBeLessThan((order.acceptedLoss.seconds ?? 0) * 1000 + 1000);
    lost.push(gone.length);
    await writer.stop();
  }
  process.stderr.write(`acknowledged writes lost: ${lost.join(', ')}\n`);
});

it('ends in the right state wherever it is killed', { timeout: 600_000 }, async () => {
  await streaming(pair);
  const { lookedAt: _, ...order } = await killPrimary(pair);
  for (const phase of ['Look again', 'Replay', 'Fence', 'Promote', 'Prove'] as const) {
    await killProcessAt('failover-process.ts', phase, { spec: pair.spec, order });
    const ended = phase === 'Prove' ? 'failed-over' : 'not-done';
    expect(await pair.inFailoverRoom('act', (one) => one.settle(order))).toMatchObject({ ended });
  }
});
