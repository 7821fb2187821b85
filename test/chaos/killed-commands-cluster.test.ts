import type { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { lookForFailover, onFailingOver, orderOf as failoverOrderOf, untilDead } from '../providers/failing-over.ts';
import { onActing, onReading, orderOf } from '../providers/switching.ts';
import { startTestCluster, type TestCluster, type TestRedisMember } from '../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../servers/acknowledged-writes.ts';
import { clusterApplication } from '../servers/applications.ts';
import { startAgain } from '../servers/redis.ts';
import { atEachPlace, moments } from './each-place.ts';
import { timesAsked, workerAt } from './killed-worker.ts';

const servers = new Map<string, TestRedisMember>();
let cluster: TestCluster;
let reader: Cluster;
let writes: AcknowledgedWrites;
/** Of the shard that is moved. */
let key = '';
beforeAll(async () => {
  cluster = await startTestCluster();
  for (const member of [...cluster.primaries, ...cluster.replicas]) servers.set(member.name, member);
  reader = clusterApplication(cluster);
  writes = writeAcknowledged(
    'app',
    [1, 2, 3, 4, 5, 6].map(() => clusterApplication(cluster)),
  );
  for (let n = 0; key === ''; n += 1) {
    const slot = Number(await serverOf('shop-cluster-1').call('CLUSTER', 'KEYSLOT', `key-${n}`));
    if (slot <= 5460) key = `key-${n}`;
  }
});
afterAll(async () => {
  await writes.stop();
  reader.disconnect();
  for (const member of servers.values()) await member.stop('SIGKILL');
  await cluster.stop();
});

const pair = ['shop-cluster-1', 'shop-cluster-4'] as const;
const COMMAND = 'cluster|failover';
function serverOf(name: string): TestRedisMember {
  const found = servers.get(name);
  if (!found) throw new Error(`no server ${name}`);
  return found;
}
const roleOf = async (name: string) => String(((await serverOf(name).call('ROLE')) as unknown[])[0]);

/** Who of the shard follows whom, once both agree on it. */
async function shard(): Promise<{ from: string; to: string }> {
  const [one, two] = await until(
    () => Promise.all(pair.map(roleOf)),
    (roles) => roles.toSorted().join() === 'master,slave',
  );
  return one === 'master' && two === 'slave' ? { from: pair[0], to: pair[1] } : { from: pair[1], to: pair[0] };
}

async function moreWrites(): Promise<void> {
  const before = writes.count();
  await until(
    async () => writes.count(),
    (count) => count > before + 100,
  );
  expect(await reader.set(key, '1')).toBe('OK');
}

describe.each(moments)('killed %s each command', (moment) => {
  it(
    'a switchover of a shard ends where all was, or done; it is ordered once, and no acknowledged write is lost',
    { timeout: 7_200_000 },
    async () => {
      const { over, places } = await atEachPlace(`switchover of a shard, killed ${moment}`, async (nth) => {
        await moreWrites();
        const { to } = await shard();
        // A node that has not heard of the last election yet knows no primary of the shard.
        await until(
          () => onReading(cluster, (capability) => capability.look(to)),
          (look) => !('refused' in look),
        );
        const order = await orderOf(cluster, { to });
        const asked = await timesAsked(serverOf(to), COMMAND);
        const worker = await workerAt({ servers: cluster, order, halt: { moment, command: '', nth } });
        if ('over' in worker) return worker;
        await worker.kill();
        const result = await until(
          () => onActing(cluster, (capability) => capability.settle(order)),
          (said) => said !== 'unknown',
        );
        const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
        const why = `${moment} command ${nth}: ${JSON.stringify(result)}`;
        expect(ended, why).toMatch(/^(switched|rolled-back)$/);
        expect((await timesAsked(serverOf(to), COMMAND)) - asked, why).toBeLessThanOrEqual(1);
        expect(await roleOf(ended === 'switched' ? to : order.from), why).toBe('master');
        await moreWrites();
        expect(await writes.lost(async (one) => new Set(await reader.smembers(one))), why).toEqual([]);
        return { ended };
      });
      expect(over).toMatchObject({ ended: 'switched' });
      expect(places).toBeGreaterThan(0);
    },
  );
});

/** Kills the primary of the shard, and waits until the others have seen it; each fails over when it is told to, and not by itself. */
async function killPrimary() {
  for (const member of servers.values()) await member.call('CONFIG', 'SET', 'cluster-replica-no-failover', 'yes');
  const { from, to } = await shard();
  const isFailed = new RegExp(`:${serverOf(from).port}@\\S+ master,fail[ ,]`);
  const tellsItself = new RegExp(`:${serverOf(to).port}@\\S+ slave,nofailover `);
  const seen = async () => String(await serverOf('shop-cluster-3').call('CLUSTER', 'NODES'));
  await until(seen, (nodes) => tellsItself.test(nodes));
  await serverOf(from).stop('SIGKILL');
  await until(seen, (nodes) => isFailed.test(nodes));
  return { from, to };
}

/** Starts what was killed, and waits until it follows. */
async function bringBack(name: string): Promise<void> {
  servers.set(name, await startAgain(serverOf(name)));
  await until(
    async () => String(await serverOf(name).call('INFO', 'replication')),
    (said) => said.includes('role:slave') && said.includes('master_link_status:up'),
  );
  await until(
    () => lookForFailover(cluster, name),
    (look) => 'signs' in look && look.signs.every(({ says }) => says === 'alive'),
  );
}

describe.each(moments)('killed %s each command', (moment) => {
  it('a failover of a shard ends with nothing done, or done; it is ordered once', { timeout: 7_200_000 }, async () => {
    let { from, to } = await killPrimary();
    const { over, places } = await atEachPlace(`failover of a shard, killed ${moment}`, async (nth) => {
      const order = failoverOrderOf(await untilDead(cluster, to));
      const asked = await timesAsked(serverOf(to), COMMAND);
      const worker = await workerAt({ servers: cluster, failover: order, halt: { moment, command: '', nth } });
      if ('over' in worker) return worker;
      await worker.kill();
      const result = await until(
        () => onFailingOver(cluster, (capability) => capability.settle(order)),
        (said) => said !== 'unknown',
      );
      const { ended } = result === 'unknown' ? { ended: 'unknown' } : result;
      const why = `${moment} command ${nth}: ${JSON.stringify(result)}`;
      expect(ended, why).toMatch(/^(failed-over|not-done)$/);
      expect((await timesAsked(serverOf(to), COMMAND)) - asked, why).toBeLessThanOrEqual(1);
      expect(await roleOf(to), why).toBe(ended === 'failed-over' ? 'master' : 'slave');
      if (ended === 'failed-over') {
        await moreWrites();
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
