import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FailoverOrder } from '../../src/targets/failover.ts';
import type { StreamingPair } from '../providers/self-managed/streaming-pair.ts';

/** Kills the primary as a loss of power does, and waits until both see it dead. `lookedAt` in epoch milliseconds. */
export async function killPrimary(pair: StreamingPair): Promise<FailoverOrder & { lookedAt: number }> {
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

/** Brings both back, and waits until one follows the other. */
export async function streaming(pair: StreamingPair): Promise<void> {
  pair.gate.restore();
  for (const server of pair.servers) await pair.restore(server);
  await pair.streaming();
}
