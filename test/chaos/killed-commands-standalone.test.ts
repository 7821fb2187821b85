import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { onFailingOver, orderOf as failoverOrderOf, untilDead } from '../providers/failing-over.ts';
import { lookOf, onActing, orderOf } from '../providers/switching.ts';
import { startTestRedis, type TestRedis, type TestRedisMember } from '../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../servers/acknowledged-writes.ts';
import { startAgain } from '../servers/redis.ts';
import { atEachPlace, moments } from './each-place.ts';
import { timesAsked, workerAt } from './killed-worker.ts';

const servers = new Map<string, TestRedisMember>();
let pair: TestRedis;
beforeAll(async () => {
  pair = await startTestRedis({ replica: true });
  for (const member of [pair.primary, pair.replica!]) servers.set(member.name, member);
});
afterAll(async () => {
  for (const member of servers.values()) await member.stop('SIGKILL');
  await pair.stop('SIGKILL');
});

/** Both orders that change who follows whom: to follow nobody, and to follow another. */
const COMMAND = 'replicaof';
function serverOf(name: string): TestRedisMember {
  const found = servers.get(name);
  if (!found) throw new Error(`no server ${name}`);
  return found;
}
const other = (name: string) => (name === 'shop-cache-1' ? 'shop-cache-2' : 'shop-cache-1');
const roleOf = async (name: string) => String(((await serverOf(name).call('ROLE')) as unknown[])[0]);

/** It is told by a person where to go, as clients of such a pair are. */
function application(): Redis {
  const client = new Redis({
    port: serverOf('shop-cache-1').port,
    password: pair.environment['SHOP_CACHE_PASSWORD'] ?? '',
    retryStrategy: () => 20,
  });
  client.on('error', () => {});
  return client;
}

async function pointedTo(name: string, clients: readonly Redis[], writes: AcknowledgedWrites): Promise<void> {
  for (const client of clients) client.options.port = serverOf(name).port;
  for (const client of clients) client.disconnect(true);
  const before = writes.count();
  await until(
    async () => writes.count(),
    (count) => count > before + 100,
  );
}

describe.each(moments)('killed %s each command', (moment) => {
  it(
    'a switchover of a pair ends where all was, or done; it promotes once, and no acknowledged write is lost',
    { timeout: 7_200_000 },
    async () => {
      const clients = [1, 2, 3, 4].map(application);
      const writes = writeAcknowledged(`app-${moment}`, clients);
      await pointedTo((await lookOf(pair)).primary, clients, writes);
      const { over, places } = await atEachPlace(`switchover of a pair, killed ${moment}`, async (nth) => {
        const order = await orderOf(pair);
        const asked = await timesAsked(serverOf(order.to), COMMAND);
        const worker = await workerAt({ servers: pair, order, halt: { moment, command: '', nth } });
        if ('over' in worker) return worker;
        await worker.kill();
        const result = await until(
          () => onActing(pair, (capability) => capability.settle(order)),
          (said) => said !== 'unknown',
        );
        const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
        const why = `${moment} command ${nth}: ${JSON.stringify(result)}`;
        expect(ended, why).toMatch(/^(switched|rolled-back)$/);
        expect((await timesAsked(serverOf(order.to), COMMAND)) - asked, why).toBeLessThanOrEqual(1);
        const primary = ended === 'switched' ? order.to : order.from;
        expect([await roleOf(primary), await roleOf(other(primary))], why).toEqual(['master', 'slave']);
        await pointedTo(primary, clients, writes);
        const has = async (key: string) => new Set((await serverOf(primary).call('SMEMBERS', key)) as string[]);
        expect(await writes.lost(has), why).toEqual([]);
        return { ended };
      });
      await writes.stop();
      expect(over).toMatchObject({ ended: 'switched' });
      expect(places).toBeGreaterThan(0);
    },
  );
});

/** Kills whichever takes the writes; the one that is to take them. */
async function killPrimary() {
  const from = (await roleOf('shop-cache-1')) === 'master' ? 'shop-cache-1' : 'shop-cache-2';
  await serverOf(from).stop('SIGKILL');
  return { from, to: other(from) };
}

/** Starts what was killed as a replica of the other, and waits until it follows. */
async function bringBack(name: string): Promise<void> {
  const follows = `replicaof 127.0.0.1 ${serverOf(other(name)).port}`;
  servers.set(name, await startAgain(serverOf(name), [follows]));
  await until(
    async () => String(await serverOf(name).call('INFO', 'replication')),
    (said) => said.includes('master_link_status:up'),
  );
}

describe.each(moments)('killed %s each command', (moment) => {
  it('a failover of a pair ends with nothing done, or done; it promotes once', { timeout: 7_200_000 }, async () => {
    let { from, to } = await killPrimary();
    const { over, places } = await atEachPlace(`failover of a pair, killed ${moment}`, async (nth) => {
      const order = failoverOrderOf(await untilDead(pair));
      const asked = await timesAsked(serverOf(to), COMMAND);
      const worker = await workerAt({ servers: pair, failover: order, halt: { moment, command: '', nth } });
      if ('over' in worker) return worker;
      await worker.kill();
      const result = await until(
        () => onFailingOver(pair, (capability) => capability.settle(order)),
        (said) => said !== 'unknown',
      );
      const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
      const why = `${moment} command ${nth}: ${JSON.stringify(result)}`;
      expect(ended, why).toMatch(/^(failed-over|not-done)$/);
      expect((await timesAsked(serverOf(to), COMMAND)) - asked, why).toBeLessThanOrEqual(1);
      expect(await roleOf(to), why).toBe(ended === 'failed-over' ? 'master' : 'slave');
      if (ended === 'failed-over') {
        expect(await serverOf(to).call('SET', 'taken', String(nth)), why).toBe('OK');
        await bringBack(from);
        ({ from, to } = await killPrimary());
      }
      return { ended };
    });
    expect(over).toMatchObject({ ended: 'failed-over' });
    expect(places).toBeGreaterThan(0);
    await bringBack(from);
  });
});
