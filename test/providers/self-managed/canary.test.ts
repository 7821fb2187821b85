import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTarget } from '../../../src/providers/index.ts';
import { lookAfter } from '../../../src/operations/switchover/after-look.ts';
import { lookAtWriters } from '../../../src/operations/watch/look.ts';
import type { Canary, CanaryRecord } from '../../../src/targets/canary.ts';
import type { FailoverLook } from '../../../src/targets/failover.ts';
import type { PostgresTarget } from '../../../src/targets/postgres.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { expectMeasured } from '../switching.ts';
import { secret, startStreamingPair, type StreamingPair } from './streaming-pair.ts';

let pair: StreamingPair;
let asked: TargetSpec;
let blackHole: Server;
beforeAll(async () => {
  pair = await startStreamingPair();
  asked = { ...pair.spec, canary: { by: 'members' } };
  // Takes every connection and never says a word.
  blackHole = createServer(() => {}).listen(0, '127.0.0.1');
  await once(blackHole, 'listening');
});
afterAll(async () => {
  blackHole.close();
  await pair.stop();
});

async function onTarget<R>(
  spec: TargetSpec,
  room: 'read' | 'act',
  work: (target: PostgresTarget) => Promise<R>,
): Promise<R> {
  const target = await openTarget(spec, room, { secret, connectTimeoutMs: 1500 });
  try {
    if (target.engine !== 'postgres') throw new Error('no PostgreSQL');
    return await work(target);
  } finally {
    await target.close();
  }
}

const rowOn = async (name: string): Promise<number> => {
  const [row] = await pair.server(name).query<{ number: number }>('SELECT number::int FROM nightshift.heartbeat');
  return row?.number ?? Number.NaN;
};
const membersOf = (record: CanaryRecord | undefined) => new Set(record?.attempts.flatMap(({ member }) => member ?? []));
const canaryOf = ({ canary }: PostgresTarget): Canary => {
  if (!canary) throw new Error('no canary');
  return canary;
};

it('is not written where nobody asked for it, neither by a look nor by a switchover', async () => {
  await onTarget(pair.spec, 'read', async (target) => {
    expect(target.canary).toBeUndefined();
    const { writers, missed } = await lookAtWriters(target);
    expect([writers[0]?.heartbeat, missed]).toEqual([undefined, undefined]);
  });
  const order = { ...(await pair.streaming()), deadlineSeconds: 60 };
  const result = await onTarget(pair.spec, 'act', (target) => target.switchover!.carryOut(order));
  expect(result).toMatchObject({ ended: 'switched' });
  expect(result).not.toHaveProperty('canary');
  expect(await rowOn(order.to)).toBe(0);
});

it('does not hold up a switchover when what it would write to answers nothing', async () => {
  const { port } = blackHole.address() as AddressInfo;
  const pooler = { name: 'silent', host: '127.0.0.1', port, database: 'shop', tls: false, credentials: {} };
  const fence = { by: 'none', coversAllClients: false, poolers: [pooler] };
  const order = { ...(await pair.streaming()), deadlineSeconds: 60 };
  const result = await onTarget({ ...asked, fence, canary: { by: 'poolers' } }, 'act', (target) =>
    target.switchover!.carryOut(order),
  );
  expect(result).toMatchObject({ ended: 'switched', lost: 'none', canary: { lost: null } });
  expect(membersOf(result.canary)).toEqual(new Set());
  expect(result.canary?.attempts[0]?.why).toBe('no answer within 1 s');
  expect(await rowOn(order.to)).toBe(0);
});

it('is written to the one server and then to the other, and none that was acknowledged is missing', async () => {
  const order = { ...(await pair.streaming()), deadlineSeconds: 60 };
  const result = await onTarget(asked, 'act', (target) => target.switchover!.carryOut(order));
  expect(result).toMatchObject({ ended: 'switched', lost: 'none', canary: { login: 'nightshift_canary' } });
  expectMeasured(result.canary, order);
  const acknowledged = result.canary?.attempts.filter(({ member }) => member !== null).length ?? 0;
  // One that hung may be there, too.
  expect(await rowOn(order.to)).toBeGreaterThanOrEqual(acknowledged);
});

it('is no client of those that are looked for afterwards, and those of the shop are', async () => {
  const { from: name } = await pair.streaming();
  const client = await pair.shopClient(name);
  const after = await onTarget(asked, 'read', (target) => lookAfter(target, { from: name, sinceSeconds: 60 }));
  await client.end();
  expect(after.left).toMatchObject({ groups: expect.arrayContaining([expect.objectContaining({ user: 'shop' })]) });
  expect(JSON.stringify(after.left)).not.toContain('nightshift');
  expect(after.refused).toBeDefined();
});

it('may write its row, and nothing else', async () => {
  const { from } = await pair.streaming();
  const as = (sql: string) => pair.server(from).query(`SET ROLE nightshift_canary; ${sql}; RESET ROLE`);
  await expect(as('DELETE FROM nightshift.heartbeat')).rejects.toThrow(/permission denied/);
  await expect(as('INSERT INTO nightshift.heartbeat VALUES (false, 1, now())')).rejects.toThrow(/permission denied/);
  await expect(as('SELECT * FROM products')).rejects.toThrow(/permission denied/);
  await expect(as('CREATE TABLE nightshift.mine ()')).rejects.toThrow(/permission denied/);
  await expect(as('UPDATE nightshift.heartbeat SET only_row = only_row')).rejects.toThrow(/permission denied/);
});

it('beats once for who watches, is heard on the standby, and goes on at the new primary of a failover', async () => {
  const order = await pair.streaming();
  const seen = await onTarget(asked, 'read', (target) => lookAtWriters(target));
  const beat = { member: order.from, ...seen.writers[0]?.heartbeat };
  expect(seen).toMatchObject({ writers: [{ heartbeat: { number: await rowOn(order.from) } }] });
  const heard = () => onTarget(asked, 'read', (target) => canaryOf(target).heard(order.to));
  await expect.poll(heard, { timeout: 60_000 }).toEqual({ ...beat, member: order.to });
  kill(order.from);
  const dead = await untilDead();
  const failover = { from: order.from, to: order.to, identity: dead.identity, acceptedLoss: dead.loss };
  const result = await onTarget(asked, 'act', (target) =>
    target.failover!.carryOut({ ...failover, acceptsTwoWriters: true }),
  );
  expect(result).toMatchObject({ ended: 'failed-over', canary: { lost: null } });
  expect(membersOf(result.canary)).toEqual(new Set([order.to]));
  expect(result.canary?.attempts[0]).toMatchObject({ member: null });
  // The last one that was acknowledged before is there.
  expect(result.canary?.found).toBe(beat.number);
});

/** As a machine that loses its power: nobody says goodbye. */
function kill(name: string): void {
  const { dataDirectory } = pair.server(name);
  process.kill(Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
}

async function untilDead(): Promise<FailoverLook> {
  const look = async () => {
    const seen = await pair.inFailoverRoom('read', (one) => one.look());
    if ('refused' in seen) throw new Error(seen.refused);
    return seen;
  };
  const signs = async () => (await look()).signs.map(({ says }) => says);
  await expect.poll(signs, { timeout: 60_000 }).toEqual(['dead', 'dead']);
  return look();
}
