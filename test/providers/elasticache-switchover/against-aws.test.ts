import { DescribeReplicationGroupsCommand, ModifyReplicationGroupCommand } from '@aws-sdk/client-elasticache';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bindRedis, type RedisEngines } from '../../../src/local/aws/cloud/engines/redis-engines.ts';
import type { CloudTrouble } from '../../../src/local/aws/cloud/states/trouble.ts';
import { carryOn, type GroupWork } from '../../../src/providers/elasticache/switchover/carry-on.ts';
import type { GroupJournal } from '../../../src/providers/elasticache/switchover/journal.ts';
import type { GroupEnd } from '../../../src/providers/elasticache/switchover/next-move.ts';
import { groupSeen, type GroupSeen } from '../../../src/providers/elasticache/switchover/seen.ts';
import { cacheGroup, SECOND_MS, startActing, type Acting } from '../../local/aws/cloud/states/acting.ts';
import { startTestRedis, type TestRedis } from '../../servers.ts';

let servers: TestRedis;
let engines: RedisEngines;
let cloud: Acting;
beforeAll(async () => {
  servers = await startTestRedis({ replica: true });
  if (!servers.replica) throw new TypeError('a group is two servers');
  engines = await bindRedis({ 'shop-cache-001': servers.primary, 'shop-cache-002': servers.replica });
});
afterEach(() => cloud.close());
afterAll(async () => {
  engines.endpoint.close();
  await servers.stop();
});

async function begin(troubles: CloudTrouble[] = [], lagSeconds = 0): Promise<void> {
  cloud = await startActing({
    model: cacheGroup(),
    bindings: { 'shop-cache': engines },
    troubles,
    lag: { describeSeconds: lagSeconds },
  });
}

async function look(): Promise<GroupSeen> {
  const ReplicationGroupId = 'shop-cache';
  const answer = await cloud.elasticache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }));
  return groupSeen(answer.ReplicationGroups?.[0] ?? {});
}

const fresh: GroupJournal = {
  group: 'shop-cache',
  from: 'shop-cache-001',
  to: 'shop-cache-002',
  automaticFailover: true,
  multiZone: true,
  orders: [],
};

/** What a process works with; the journal is all that another one finds when it dies. */
function openWork(): GroupWork & { kept(): GroupJournal } {
  let kept = fresh;
  return {
    look,
    now: () => cloud.now(),
    keep: (journal) => Promise.resolve(void (kept = journal)),
    kept: () => kept,
    order: (input) =>
      cloud.elasticache.send(new ModifyReplicationGroupCommand(input)).then(
        () => ({ taken: true as const }),
        (thrown: Error) => ({ refused: `${thrown.name}: ${thrown.message}` }),
      ),
  };
}

async function changePrimary(work = openWork()): Promise<{ end: GroupEnd; orders: string[] }> {
  for (let n = 0; n < 500; n += 1) {
    const { move, journal } = await carryOn(work, work.kept());
    if (move.move === 'end') return { end: move, orders: journal.orders.map(({ order }) => order) };
    await cloud.advance(20 * SECOND_MS);
  }
  throw new Error('it does not end');
}

const ALL = ['switch-off', 'promote', 'switch-on'];

describe('a change of the primary on the stand-in of ElastiCache', () => {
  it('moves real writes, with the safety net as it was before, though Describe… is behind', async () => {
    await begin([], 60);
    expect(await changePrimary()).toEqual({
      end: { move: 'end', ended: 'switched', why: null, left: [] },
      orders: ALL,
    });
    expect(engines.primary()).toBe('shop-cache-002');
    expect(String(await servers.replica?.call('ROLE'))).toMatch(/^master/);
    expect(cloud.model.groups[0]).toMatchObject({ AutomaticFailover: 'enabled', MultiAZ: 'enabled' });
    await engines.moveTo('shop-cache-001');
  });

  it('goes on from the journal when the process dies after every order, and gives none twice', async () => {
    await begin();
    const work = openWork();
    let deaths = 0;
    const mortal: GroupWork & { kept(): GroupJournal } = {
      ...work,
      order: async (input) => {
        await work.order(input);
        deaths += 1;
        throw new Error('the process died');
      },
    };
    for (const died of [1, 2, 3]) {
      await expect(changePrimary(mortal)).rejects.toThrow('died');
      expect(deaths).toBe(died);
    }
    expect(await changePrimary(mortal)).toMatchObject({ end: { ended: 'switched' }, orders: ALL });
    await engines.moveTo('shop-cache-001');
  });

  it('changes nothing when the process dies before its first order, and tells a person what to look at', async () => {
    await begin();
    const work = openWork();
    const died = { ...work, order: () => Promise.reject(new Error('the process died')) };
    await expect(changePrimary(died)).rejects.toThrow('died');
    expect(await changePrimary(work)).toMatchObject({
      end: { ended: 'rolled-back', left: [expect.stringContaining('describe-replication-groups'), expect.anything()] },
      orders: ['switch-off'],
    });
    expect(cloud.model.groups[0]).toMatchObject({ AutomaticFailover: 'enabled' });
  });

  it('asks again when automatic failover stays disabled without a word, and then a person', async () => {
    await begin([{ trouble: 'stays-disabled', resource: 'shop-cache', times: 1 }]);
    expect(await changePrimary()).toMatchObject({ end: { ended: 'switched' }, orders: [...ALL, 'switch-on'] });
    await engines.moveTo('shop-cache-001');
    await cloud.close();
    await begin([{ trouble: 'stays-disabled', resource: 'shop-cache' }]);
    expect(await changePrimary()).toMatchObject({
      end: { ended: 'needs-a-human', why: expect.stringContaining('still disabled') },
      orders: [...ALL, 'switch-on', 'switch-on'],
    });
    await engines.moveTo('shop-cache-001');
  });

  it('puts the safety net back when the promotion comes to nothing', async () => {
    const noPromotion = { 'shop-cache': { moveTo: () => Promise.reject(new Error('it does not answer')) } };
    cloud = await startActing({ model: cacheGroup(), bindings: noPromotion });
    expect(await changePrimary()).toMatchObject({ end: { ended: 'rolled-back' }, orders: ALL });
    expect(cloud.model.groups[0]).toMatchObject({ AutomaticFailover: 'enabled', MultiAZ: 'enabled' });
    expect(engines.primary()).toBe('shop-cache-001');
  });

  it('leaves the group alone when the first order is refused', async () => {
    await begin([{ trouble: 'throttled', action: 'elasticache:ModifyReplicationGroup', times: 1 }]);
    expect(await changePrimary()).toMatchObject({
      end: { ended: 'rolled-back', why: expect.stringContaining('Rate exceeded'), left: [] },
      orders: ['switch-off'],
    });
    expect(cloud.model.groups[0]).toMatchObject({ AutomaticFailover: 'enabled', Status: 'available' });
  });

  it('calls a person for a group that never leaves modifying', async () => {
    await begin([{ trouble: 'stuck', resource: 'shop-cache', status: 'modifying' }]);
    expect(await changePrimary()).toMatchObject({
      end: {
        ended: 'needs-a-human',
        why: expect.stringMatching(/Waited 1\d min for shop-cache to be available/),
        left: [expect.anything(), expect.stringContaining('--automatic-failover-enabled')],
      },
    });
  });
});
