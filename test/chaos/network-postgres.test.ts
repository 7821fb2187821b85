import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget } from '../../src/providers/index.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import type { FailoverLook, FailoverOrder } from '../../src/targets/failover.ts';
import { lookAtLoss } from '../../src/operations/loss/look.ts';
import { missing, startShopWriter } from '../providers/self-managed/shop-writer.ts';
import { secret } from '../providers/self-managed/streaming-pair.ts';
import { makeNetwork, whyNoNetwork, type Network } from '../servers/network.ts';
import { startHostedPair, type HostedPair } from '../servers/postgres-hosts.ts';
import { rounds } from './rounds.ts';

const without = whyNoNetwork();
if (without !== undefined) process.stderr.write(`Skipped, ${without}.\n`);

let network: Network;
let pair: HostedPair;
let listener: ChildProcess | undefined;

/** Answers nobody, and takes every connection. */
const LISTENER = `require('node:net').createServer(() => {}).listen(5432, '0.0.0.0')`;

async function listen(): Promise<void> {
  listener = network.start('primary', [process.execPath, '-e', LISTENER]);
}

async function hush(): Promise<void> {
  if (!listener) return;
  const ended = once(listener, 'exit');
  listener.kill('SIGKILL');
  await ended;
  listener = undefined;
}

/** What may happen to a primary that the standby does not hear any more, and how somebody brings it back as it was. */
const harms = [
  {
    harm: 'killed',
    strike: async () => pair.primary.kill(),
    plugged: true,
    bringBack: async () => pair.primary.start(),
  },
  {
    harm: 'frozen',
    strike: async () => pair.primary.freeze(),
    plugged: true,
    bringBack: async () => pair.primary.thaw(),
  },
  {
    harm: 'cut off by the network',
    strike: async () => network.pull('bot'),
    plugged: false,
    bringBack: async () => network.plug('bot'),
  },
  {
    harm: 'half dead: it takes connections and answers nothing',
    strike: async () => {
      await pair.primary.kill();
      await listen();
    },
    plugged: true,
    bringBack: async () => {
      await hush();
      await pair.primary.start();
    },
  },
];

async function inRoom<R>(room: 'read' | 'act', work: (target: PostgresTarget) => Promise<R>): Promise<R> {
  const target = await openTarget(pair.spec, room, { secret, connectTimeoutMs: 1500 });
  try {
    if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
    return await work(target);
  } finally {
    await target.close();
  }
}

async function look(): Promise<FailoverLook> {
  const seen = await inRoom('read', async (target) => target.failover?.look());
  if (!seen || 'refused' in seen) throw new Error(seen?.refused ?? 'no failover');
  return seen;
}

const says = async () => (await look().catch(() => undefined))?.signs.map((sign) => sign.says);

async function isStreaming(): Promise<boolean> {
  return (await pair.standby.query(`SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'`)).length > 0;
}

function orderOf({ primary: from, identity, loss: { bytes, seconds } }: FailoverLook): FailoverOrder {
  return { from, to: 'shop-db-2', identity, acceptedLoss: { bytes, seconds }, acceptsTwoWriters: true };
}

const carryOut = (order: FailoverOrder) => inRoom('act', async (target) => target.failover?.carryOut(order));

/** The changes of the shop that only the old primary has, as `/db loss` counts them. */
async function countedAlone(): Promise<unknown> {
  const seen = await inRoom('read', lookAtLoss).catch(() => undefined);
  const changes = seen?.formers[0]?.changes;
  if (!Array.isArray(changes)) return changes;
  const counted = changes as { what: string; relation: string | null; changes: number }[];
  return Object.fromEntries(
    counted
      .filter(({ what }) => what !== 'upkeep')
      .map(({ what, relation, changes: count }) => [relation === null ? what : `${what} ${relation}`, count]),
  );
}

describe.skipIf(without !== undefined)(`servers on hosts of their own`, { timeout: rounds * 180_000 }, () => {
  beforeAll(async () => {
    network = makeNetwork();
    pair = await startHostedPair(network);
  });
  afterAll(async () => {
    await hush();
    await pair.primary.kill();
    await pair.standby.kill();
    network.remove();
  });

  it.each(harms)(
    `one that is $harm is replaced, and what is lost is within the bound and counted exactly`,
    async ({ strike, plugged, bringBack }) => {
      const lost: number[] = [];
      for (let round = 1; round <= Math.ceil(rounds / harms.length); round += 1) {
        await pair.begin();
        const writer = startShopWriter([pair.primary]);
        await writer.more(200);
        network.pull('replication');
        await writer.more(50);
        // So nothing is in doubt: each write was acknowledged or not sent.
        await writer.stop();
        // Else the kernel of a dead server's host still sends what it holds.
        await expect.poll(isStreaming, { timeout: 120_000 }).toBe(false);
        await strike();
        const struckAt = Date.now();
        if (plugged) network.plug('replication');
        await expect.poll(says, { timeout: 120_000 }).toEqual(['dead', 'dead']);
        const order = orderOf(await look());
        expect(await carryOut(order)).toMatchObject({ ended: 'failed-over', loss: { exact: false } });
        const gone = await missing(writer, pair.standby);
        expect(gone.length).toBeGreaterThanOrEqual(50);
        const oldest = Math.min(...gone.map((id) => writer.acknowledgedAt(id)));
        expect(struckAt - oldest).toBeLessThan((order.acceptedLoss.seconds ?? 0) * 1000 + 1000);
        await bringBack();
        const all = { commit: gone.length, 'insert public.book': gone.length };
        await expect.poll(countedAlone, { timeout: 120_000 }).toEqual(all);
        lost.push(gone.length);
        network.plug('replication');
      }
      process.stderr.write(`acknowledged writes lost, each counted by /db loss: ${lost.join(', ')}\n`);
    },
  );

  it('a primary from which only the bot is cut off is not failed over', async () => {
    for (let round = 1; round <= Math.ceil(rounds / harms.length); round += 1) {
      await pair.begin();
      network.pull('bot');
      await expect.poll(says, { timeout: 120_000 }).toEqual(['dead', 'alive']);
      const order = orderOf(await look());
      expect(await carryOut(order)).toMatchObject({
        ended: 'not-done',
        why: expect.stringMatching(/^shop-db-2 does not say that shop-db-1 is dead: it heard from/) as string,
      });
      network.plug('bot');
      const STREAMS = `SELECT pg_is_in_recovery() AS "inRecovery", (SELECT status FROM pg_stat_wal_receiver) AS receiver`;
      expect(await pair.standby.query(STREAMS)).toEqual([{ inRecovery: true, receiver: 'streaming' }]);
    }
  });
});
