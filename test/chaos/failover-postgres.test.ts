import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FailoverOrder } from '../../src/targets/failover.ts';
import { killProcessAt } from '../providers/self-managed/killed-process.ts';
import { missing, openBook, startShopWriter } from '../providers/self-managed/shop-writer.ts';
import { startStreamingPair, type StreamingPair } from '../providers/self-managed/streaming-pair.ts';
import { rounds } from './rounds.ts';

let pair: StreamingPair;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
});
afterAll(() => pair.stop());

/** Kills the primary as a loss of power does, and waits until both see it dead. */
async function killPrimary(): Promise<FailoverOrder & { lookedAt: number }> {
  const before = await pair.primary();
  const lookedAt = Date.now();
  process.kill(
    Number(readFileSync(join(before?.dataDirectory ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]),
    'SIGKILL',
  );
  for (;;) {
    const seen = await pair.inFailoverRoom('read', (one) => one.look()).catch(() => undefined);
    const isDead = seen && 'signs' in seen && seen.signs.every(({ says }) => says === 'dead');
    if (!isDead || seen.candidates[0]?.unfit !== null) continue;
    const { bytes, seconds } = seen.loss;
    const order = { from: seen.primary, to: seen.candidates[0].member, identity: seen.identity };
    return { ...order, acceptedLoss: { bytes, seconds }, acceptsTwoWriters: true, lookedAt };
  }
}

async function streaming(): Promise<void> {
  pair.gate.restore();
  for (const server of pair.servers) await pair.restore(server);
  await pair.streaming();
}

it(`loses no more than it says in ${rounds} failovers there and back`, { timeout: 1_200_000 }, async () => {
  const lost: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await streaming();
    const writer = startShopWriter(pair.servers, `c${round}-`);
    await writer.more(300);
    // Now and then the standby is behind.
    if (round % 2 === 0) pair.gate.cut();
    await writer.more(50);
    const { lookedAt, ...order } = await killPrimary();
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
  await streaming();
  const { lookedAt: _, ...order } = await killPrimary();
  for (const phase of ['Look again', 'Replay', 'Fence', 'Promote', 'Prove'] as const) {
    await killProcessAt('failover-process.ts', phase, { spec: pair.spec, order });
    const ended = phase === 'Prove' ? 'failed-over' : 'not-done';
    expect(await pair.inFailoverRoom('act', (one) => one.settle(order))).toMatchObject({ ended });
  }
});
