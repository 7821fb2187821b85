import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../checks/looking.ts';
import { startWorker } from '../providers/start-worker.ts';
import { lookOf, onActing, orderOf } from '../providers/switching.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import { writeAcknowledged } from '../servers/acknowledged-writes.ts';
import { sentinelApplication } from '../servers/applications.ts';
import { rounds } from './rounds.ts';

let group: TestRedis;
beforeAll(async () => {
  group = await startTestRedis({ replica: true, sentinels: true });
});
afterAll(() => group.stop('SIGKILL'));

const serverOf = (name: string) => (name === 'shop-cache-1' ? group.primary : group.replica);
const membersOf = (name: string) => async (key: string) =>
  new Set((await serverOf(name)?.call('SMEMBERS', key)) as string[]);
const application = (name: string) =>
  writeAcknowledged(
    name,
    [1, 2, 3, 4].map(() => sentinelApplication(group)),
  );

it(`loses no acknowledged write in ${rounds} switchovers in a row`, { timeout: 600_000 }, async () => {
  const writes = application('long');
  for (let round = 0; round < rounds; round += 1) {
    const before = writes.count();
    await until(
      async () => writes.count(),
      (count) => count > before + 500,
    );
    const order = await orderOf(group);
    const result = await onActing(group, (capability) => capability.carryOut(order));
    expect(result).toMatchObject({ ended: 'switched', left: [] });
    expect(await writes.lost(membersOf(order.to))).toEqual([]);
  }
  expect(writes.perSecond()).toBeGreaterThan(0);
  await writes.stop();
});

it('is ended by the Sentinels, and loses nothing, when it dies after the order and nobody comes back', async () => {
  const writes = application('alone');
  const order = await orderOf(group);
  await until(
    async () => writes.count(),
    (count) => count > 500,
  );
  const halt = { moment: 'after', command: 'SENTINEL FAILOVER' } as const;
  await (await startWorker({ servers: group, order, halt })).kill();
  const old = serverOf(order.from);
  await until(
    // A Sentinel that demotes a server ends every connection to it.
    async () => String(await old?.call('INFO', 'replication').catch(() => '')),
    (said) => said.includes('role:slave') && said.includes('master_link_status:up'),
  );
  const before = writes.count();
  await until(
    async () => writes.count(),
    (count) => count > before + 500,
  );
  expect((await lookOf(group)).primary).toBe(order.to);
  expect(await writes.lost(membersOf(order.to))).toEqual([]);
  await writes.stop();
});
