import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailoverLook, FailoverOrder } from '../../../src/targets/failover.ts';
import type { PostgresServer } from '../../../src/local/fleet/postgres-server.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from './shop-writer.ts';
import { startStreamingPair, type StreamingPair } from './streaming-pair.ts';

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

/** As a machine that loses its power: nobody says goodbye. */
function kill({ dataDirectory }: PostgresServer): void {
  process.kill(Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
}

async function look(): Promise<FailoverLook> {
  const seen = await pair.inFailoverRoom('read', (one) => one.look());
  if ('refused' in seen) throw new Error(seen.refused);
  return seen;
}
const says = ({ signs }: FailoverLook) => Object.fromEntries(signs.map((one) => [one.from, one.says]));

function orderOf(seen: FailoverLook, change: Partial<FailoverOrder> = {}): FailoverOrder {
  const { primary, identity, candidates, loss } = seen;
  const acceptedLoss = { bytes: loss.bytes, seconds: loss.seconds };
  return { from: primary, to: candidates[0]?.member ?? '', identity, acceptedLoss, acceptsTwoWriters: true, ...change };
}
const carryOut = (order: FailoverOrder) => pair.inFailoverRoom('act', (one) => one.carryOut(order));

describe('a failover of streaming servers', () => {
  it('finds a primary alive that answers', async () => {
    await pair.streaming();
    expect(says(await look())).toEqual({ nightshift: 'alive', 'shop-db-2': 'alive' });
  });

  it('promotes the standby of a primary that was killed', async () => {
    await writer.more(200);
    kill(pair.server('shop-db-1'));
    await expect.poll(async () => says(await look()), { timeout: 20_000 }).toEqual({ nightshift: 'dead', 'shop-db-2': 'dead' });
    const seen = await look();
    console.log(JSON.stringify(seen, null, 1));
    const result = await carryOut(orderOf(seen));
    console.log(JSON.stringify(result, null, 1));
    expect(result).toMatchObject({ ended: 'failed-over' });
    await writer.more(200);
    console.log(await missing(writer, pair.server('shop-db-2')));
  });
});
