import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freezeProcess, thawProcess } from '../../../src/local/fleet/frozen-process.ts';
import { lookAfter, type AfterLook } from '../../../src/operations/switchover/after-look.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import { until } from '../../checks/looking.ts';
import { startTestRedis, type TestRedis, type TestRedisMember } from '../../servers.ts';
import { writeAcknowledged, type AcknowledgedWrites } from '../../servers/acknowledged-writes.ts';
import { startWorker, type Halt } from '../start-worker.ts';
import { expectMeasured, lookOf, onActing, orderOf, withCanary } from '../switching.ts';

let pair: TestRedis;
let writes: AcknowledgedWrites;
let clients: Redis[];
let round = 0;
beforeAll(async () => {
  pair = await startTestRedis({ replica: true });
});
beforeEach(async () => {
  const { primary } = await lookOf(pair);
  clients = [1, 2, 3, 4].map(() => application(serverOf(primary).port));
  writes = writeAcknowledged(`round-${(round += 1)}`, clients);
});
afterEach(() => writes.stop());
afterAll(() => pair.stop('SIGKILL'));

function application(port: number): Redis {
  const client = new Redis({
    port,
    password: pair.environment['SHOP_CACHE_PASSWORD'] ?? '',
    retryStrategy: () => 20,
  });
  client.on('error', () => {});
  return client;
}

const serverOf = (name: string): TestRedisMember => (name === 'shop-cache-1' ? pair.primary : pair.replica!);
const moreWrites = async (least = 300) => {
  const before = writes.count();
  await until(
    async () => writes.count() - before,
    (more) => more >= least,
  );
};
/** Clients are told the new address, as a person has to do it. */
const pointedTo = async (name: string) => {
  for (const client of clients) client.options.port = serverOf(name).port;
  for (const client of clients) client.disconnect(true);
  await moreWrites();
};
const lostOn = (name: string) =>
  writes.lost(async (key) => new Set((await serverOf(name).call('SMEMBERS', key)) as string[]));

/** What the look after a switchover says of one server. */
async function clientsLeft(from: string): Promise<AfterLook> {
  const secrets = createSecrets((name) => pair.environment[name]);
  const target = await openTarget(pair.spec, 'read', { secret: secrets.resolve });
  return lookAfter(target, { from, sinceSeconds: 60 }).finally(() => void target.close());
}

describe('a switchover of a pair that nobody watches', () => {
  it('loses no acknowledged write, there and back again', async () => {
    for (const _ of ['there', 'back']) {
      await moreWrites();
      const order = await orderOf(pair);
      const result = await onActing(pair, (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none', left: [] });
      await pointedTo(order.to);
      expect((await lookOf(pair)).primary).toBe(order.to);
      expect(await lostOn(order.to)).toEqual([]);
    }
  });

  it('is measured by a canary that knows both servers', async () => {
    expect(await pair.primary.call('EXISTS', 'nightshift:heartbeat')).toBe(0);
    for (const _ of ['there', 'back']) {
      const order = await orderOf(pair);
      const result = await onActing(withCanary(pair), (capability) => capability.carryOut(order));
      expect(result).toMatchObject({ ended: 'switched', lost: 'none' });
      expectMeasured(result.canary, order);
      await pointedTo(order.to);
      // The shop's, and none of the bot's own.
      const { left } = await clientsLeft(order.to);
      expect(left).toMatchObject({ groups: [{ name: 'unnamed', host: '127.0.0.1' }] });
    }
  });

  it('says that nobody tells the clients', async () => {
    expect((await lookOf(pair)).prechecks).toContainEqual({
      name: 'Clients',
      says: 'warns',
      sentence: 'Nobody tells clients where to go: they need the new address at the moment of the change.',
    });
  });

  it('lets writes go on where they were when the other server does not catch up in time', async () => {
    await moreWrites();
    const order = { ...(await orderOf(pair)), deadlineSeconds: 1 };
    const worker = await startWorker({
      servers: pair,
      order,
      halt: { moment: 'after', command: 'CLIENT PAUSE' },
    });
    const { pid } = serverOf(order.to);
    freezeProcess(pid);
    const result = await worker.goOn();
    await moreWrites();
    thawProcess(pid);
    expect(result).toMatchObject({ ended: 'rolled-back', left: [] });
    expect(await lostOn(order.from)).toEqual([]);
  });

  it.each<[string, Halt, 'switched' | 'rolled-back', 'none' | 'unknown']>([
    ['when writes were held', { moment: 'after', command: 'CLIENT PAUSE' }, 'rolled-back', 'none'],
    ['right before the promotion', { moment: 'before', command: 'REPLICAOF NO ONE' }, 'rolled-back', 'none'],
    ['right after the promotion', { moment: 'after', command: 'REPLICAOF NO ONE' }, 'switched', 'none'],
    ['when the old primary followed', { moment: 'after', command: 'REPLICAOF', nth: 2 }, 'switched', 'unknown'],
    ['when clients were sent away', { moment: 'after', command: 'CLIENT KILL' }, 'switched', 'unknown'],
  ])('killed %s ends in the right state, and loses nothing', async (_, halt, ended, lost) => {
    await moreWrites();
    const order = await orderOf(pair);
    await (await startWorker({ servers: pair, order, halt })).kill();
    const settled = () => onActing(pair, (capability) => capability.settle(order));
    expect(await settled()).toMatchObject({ ended, lost, left: [] });
    const primary = ended === 'switched' ? order.to : order.from;
    await pointedTo(primary);
    expect((await lookOf(pair)).primary).toBe(primary);
    expect(await lostOn(primary)).toEqual([]);
    expect(await settled()).toMatchObject({ ended });
  });
});
