import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../../src/local/fleet/frozen-process.ts';
import { until } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis, type TestRedisMember } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { sentinelApplication } from '../../servers/applications.ts';
import { startWorker, type Halt } from '../start-worker.ts';
import { expectMeasured, lookOf, onActing, orderOf, withCanary } from '../switching.ts';

let group: TestRedis;
let writes: AcknowledgedWrites;
let round = 0;
beforeAll(async () => {
  group = await startTestRedis({ replica: true, sentinels: true });
});
beforeEach(() => {
  writes = writeAcknowledged(
    `round-${(round += 1)}`,
    [1, 2, 3, 4].map(() => sentinelApplication(group)),
  );
});
afterEach(() => writes.stop());
afterAll(() => group.stop('SIGKILL'));

const serverOf = (name: string): TestRedisMember => (name === 'shop-cache-1' ? group.primary : group.replica!);
const moreWrites = async (least = 300) => {
  const before = writes.count();
  await until(
    async () => writes.count() - before,
    (more) => more >= least,
  );
};
const lostOn = (name: string) =>
  writes.lost(async (key) => new Set((await serverOf(name).call('SMEMBERS', key)) as string[]));
const settled = (order: Parameters<typeof orderedWorker>[0]) =>
  onActing(group, (capability) => capability.settle(order));
const orderedWorker = (order: Awaited<ReturnType<typeof orderOf>>, halt: Halt) =>
  startWorker({ servers: group, order, halt });

describe('a switchover under Sentinel', () => {
  it('loses no acknowledged write, there and back again', async () => {
    for (const _ of ['there', 'back', 'there', 'back']) {
      await moreWrites();
      const order = await orderOf(group);
      const result = await onActing(group, (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none', left: [] });
      expect(result.writeGapMilliseconds).toBeGreaterThan(0);
      await moreWrites();
      const { primary } = await lookOf(group);
      expect(primary).toBe(order.to);
      expect(await lostOn(primary)).toEqual([]);
    }
    expect(writes.count()).toBeGreaterThan(2000);
  });

  it('is measured by a canary that asks the Sentinels, and is written only where the config asks for it', async () => {
    expect(await group.primary.call('EXISTS', 'nightshift:heartbeat')).toBe(0);
    for (const _ of ['there', 'back']) {
      const order = await orderOf(group);
      const result = await onActing(withCanary(group), (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none', canary: { login: 'nightshift_canary' } });
      expectMeasured(result.canary, order);
      expect(Number(await serverOf(order.to).call('TTL', 'nightshift:heartbeat'))).toBeGreaterThan(0);
      await moreWrites();
      expect(await lostOn(order.to)).toEqual([]);
    }
  });

  it('lets writes go on where they were when the other server does not catch up in time', async () => {
    await moreWrites();
    const order = await orderOf(group);
    const worker = await orderedWorker(order, { moment: 'after', command: 'CLIENT PAUSE' });
    const { pid } = serverOf(order.to);
    freezeProcess(pid);
    const result = await worker.goOn();
    await moreWrites();
    thawProcess(pid);
    expect(result).toMatchObject({ ended: 'rolled-back', left: [] });
    expect(result.why).toMatch(new RegExp(`^${order.to} (did not answer in time|was still .* behind)\\.$`));
    expect((await lookOf(group)).primary).toBe(order.from);
    expect(await lostOn(order.from)).toEqual([]);
  });

  it('does nothing when what was ordered is not there any more', async () => {
    const order = await orderOf(group);
    const carryOut = (changed: object) =>
      onActing(group, (capability) => capability.carryOut({ ...order, ...changed }));
    const another = { ...order.identity, [`run id of ${order.to}`]: 'another' };
    expect(await carryOut({ identity: another })).toMatchObject({
      ended: 'rolled-back',
      why: expect.stringMatching(/^run id of .* was another and is /) as string,
    });
    expect(await carryOut({ from: order.to, to: order.from })).toMatchObject({ ended: 'rolled-back' });
    expect((await lookOf(group)).primary).toBe(order.from);
    await moreWrites();
  });
});

describe('a switchover whose worker was killed', () => {
  it.each<[string, Halt, 'switched' | 'rolled-back']>([
    ['when writes were held', { moment: 'after', command: 'CLIENT PAUSE' }, 'rolled-back'],
    ['right before the order', { moment: 'before', command: 'SENTINEL FAILOVER' }, 'rolled-back'],
    ['right after the order', { moment: 'after', command: 'SENTINEL FAILOVER' }, 'switched'],
    ['before the old primary followed', { moment: 'before', command: 'REPLICAOF' }, 'switched'],
    ['when the old primary followed', { moment: 'after', command: 'REPLICAOF' }, 'switched'],
    ['when clients were sent over', { moment: 'after', command: 'CLIENT KILL' }, 'switched'],
    ['when all was done', { moment: 'after', command: 'CONFIG REWRITE' }, 'switched'],
  ])('%s ends in the right state, and loses nothing', async (_, halt, ended) => {
    await moreWrites();
    const order = await orderOf(group);
    await (await orderedWorker(order, halt)).kill();
    expect(await settled(order)).toMatchObject({ ended, left: [] });
    await moreWrites();
    const primary = ended === 'switched' ? order.to : order.from;
    expect((await lookOf(group)).primary).toBe(primary);
    expect(await lostOn(primary)).toEqual([]);
    expect(await settled(order)).toMatchObject({ ended });
  });

  it('and is still alive, is cut off before anything is decided', async () => {
    await moreWrites();
    const order = await orderOf(group);
    const worker = await orderedWorker(order, { moment: 'before', command: 'SENTINEL FAILOVER' });
    expect(await settled(order)).toMatchObject({ ended: 'rolled-back' });
    // Its order does not reach any Sentinel any more, and it decides nothing.
    expect(await worker.goOn()).toMatchObject({ ended: 'needs-a-human', why: 'No Sentinel answers any more.' });
    await moreWrites();
    expect((await lookOf(group)).primary).toBe(order.from);
    expect(await lostOn(order.from)).toEqual([]);
  });
});
