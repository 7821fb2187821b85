import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyServer } from '../../../src/local/fleet/base-backup.ts';
import { createSecrets, openTarget } from '../../../src/providers/index.ts';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import type {
  HandOrder,
  HandPhase,
  Hands,
  HandState,
  Rejoin,
  RejoinOrder,
  RejoinResult,
} from '../../../src/targets/rejoin.ts';
import { handPhases } from '../../../src/targets/rejoin.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresMember } from '../../servers.ts';
import { testPasswords } from '../../servers/passwords.ts';

let pair: TestPostgres;
let standby: TestPostgresMember;
beforeAll(async () => {
  pair = await startTestPostgres({ replica: true });
  if (!pair.replica) throw new TypeError('a pair is two servers');
  standby = pair.replica;
});
afterAll(() => pair.stop('immediate'));

/** What was done on the host of `shop-db-1`, in order. */
const did: string[] = [];
const kept = () => `${pair.primary.dataDirectory}.kept`;

/** Somebody on the host, as the laptop starts its servers. */
async function onHost(phase: HandPhase, { tells }: HandOrder): Promise<void> {
  did.push(phase);
  const { dataDirectory } = pair.primary;
  if (phase === 'stop') return pair.primary.stop('immediate');
  if (phase === 'keep') return cpSync(join(dataDirectory, 'pg_wal'), kept(), { recursive: true });
  rmSync(dataDirectory, { recursive: true, force: true });
  mkdirSync(dataDirectory);
  chmodSync(dataDirectory, 0o700);
  const {
    NIGHTSHIFT_PRIMARY_HOST: host = '',
    NIGHTSHIFT_PRIMARY_PORT: port,
    NIGHTSHIFT_SLOT: slot,
    NIGHTSHIFT_MEMBER: name,
  } = tells;
  const login = { user: 'nightshift_copy', password: testPasswords.copy };
  await copyServer({ host, port: Number(port), ...login }, dataDirectory);
  const source = `host=${host} port=${port} user=${login.user} password=${login.password} application_name=${name}`;
  const slotLine = slot === '' ? '' : `primary_slot_name = '${slot}'\n`;
  appendFileSync(join(dataDirectory, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n${slotLine}`);
  writeFileSync(join(dataDirectory, 'standby.signal'), '');
  giveTo(dataDirectory, findPostgresIdentity());
  await pair.primary.restart();
}

/** Whoever has a hand on the host; it may fail. */
function handsWith(work: (phase: HandPhase, order: HandOrder) => Promise<void>): Hands {
  const states = new Map<string, HandState>();
  const run = async (order: HandOrder) => {
    for (const phase of handPhases) {
      states.set(order.name, { phase, ended: null });
      const failure = await work(phase, order).then(
        () => undefined,
        (thrown: unknown) => String(thrown),
      );
      const said = failure ?? '';
      if (failure !== undefined || phase === 'follow')
        return void states.set(order.name, { phase, ended: { ok: failure === undefined, said, atMs: Date.now() } });
    }
  };
  return { begin: (order) => void run(order), state: (name) => states.get(name) };
}

const command = ['/bin/true'];
async function asks<R>(
  work: (rejoin: Rejoin) => Promise<R>,
  { hands, hasCommand = true }: { hands?: Hands; hasCommand?: boolean } = {},
): Promise<R> {
  const members = pair.spec.members.map((one) => (hasCommand ? { ...one, hands: { rejoin: command } } : one));
  const { resolve } = createSecrets((name) => pair.environment[name]);
  const target = await openTarget({ ...pair.spec, members }, 'act', { secret: resolve, hands });
  try {
    if (target.engine !== 'postgres' || !target.rejoin) throw new Error('no rejoin');
    return await work(target.rejoin);
  } finally {
    await target.close();
  }
}
const look = async (how?: Parameters<typeof asks>[1]) => {
  const seen = await asks((rejoin) => rejoin.look(), how);
  if ('refused' in seen) throw new Error(seen.refused);
  return seen;
};
async function orderNow(hands: Hands): Promise<RejoinOrder> {
  const { primary, identity } = await look({ hands });
  return { member: 'shop-db-1', primary, identity };
}
const isOver = (result: RejoinResult | 'unknown') => result !== 'unknown' && result.ended !== 'under-way';

test('a standby that receives follows, and nobody has to be made to', async () => {
  expect(await look()).toMatchObject({ primary: 'shop-db-1', following: ['shop-db-2'], candidates: [] });
});

test(
  'a primary that is down is made a standby of the one that took its place, with its log of writes kept before',
  { timeout: 300_000 },
  async () => {
    await pair.primary.stop('immediate');
    await standby.query('SELECT pg_promote(true, 60)');
    await expect
      .poll(
        async () =>
          look().then(
            ({ primary }) => primary,
            () => '',
          ),
        { timeout: 60_000 },
      )
      .toBe('shop-db-2');
    const dead = (unfit: RegExp | null) => ({
      following: [],
      candidates: [
        {
          member: 'shop-db-1',
          stands: expect.stringMatching(/^it does not answer/) as string,
          unfit: unfit && (expect.stringMatching(unfit) as string),
        },
      ],
    });
    const hands = handsWith(onHost);
    expect(await look({ hands, hasCommand: false })).toMatchObject(dead(/hands\.rejoin/));
    expect(await look()).toMatchObject(dead(/nightshift serve/));
    expect(await look({ hands })).toMatchObject(dead(null));
    const order = await orderNow(hands);
    expect(await asks((rejoin) => rejoin.carryOut(order), { hands })).toMatchObject({ ended: 'under-way' });
    const settle = () => asks((rejoin) => rejoin.settle(order), { hands });
    await expect.poll(async () => isOver(await settle()), { timeout: 120_000 }).toBe(true);
    expect(await settle()).toMatchObject({
      ended: 'rejoined',
      evidence: [expect.stringMatching(/^shop-db-1 receives from shop-db-2 on its timeline/)],
    });
    expect(did).toEqual(['stop', 'keep', 'follow']);
    expect(existsSync(kept())).toBe(true);
    await standby.query('CREATE TABLE after_rejoin ()');
    const THERE = `SELECT FROM pg_class WHERE relname = 'after_rejoin'`;
    await expect.poll(() => pair.primary.query(THERE), { timeout: 60_000 }).toHaveLength(1);
    // The process that had begun it is gone: the servers say so too.
    expect(await asks((rejoin) => rejoin.settle(order), {})).toMatchObject({ ended: 'rejoined' });
  },
);

test('a command that fails ends it there, with its words; without the process that began it a person is asked', async () => {
  await pair.primary.stop('immediate');
  const hands = handsWith(async (phase) => {
    if (phase === 'keep') throw new Error('no space left');
  });
  await expect.poll(async () => (await look({ hands })).candidates, { timeout: 60_000 }).toHaveLength(1);
  const order = await orderNow(hands);
  await asks((rejoin) => rejoin.carryOut(order), { hands });
  const settle = (how: { hands?: Hands }) => asks((rejoin) => rejoin.settle(order), how);
  await expect.poll(async () => isOver(await settle({ hands })), { timeout: 60_000 }).toBe(true);
  expect(await settle({ hands })).toMatchObject({
    ended: 'not-done',
    why: expect.stringMatching(/failed at `keep`: Error: no space left/) as string,
  });
  expect(await settle({})).toMatchObject({ ended: 'needs-a-human' });
  await pair.primary.restart();
});

test('nothing is begun where what was approved is not so any more, or two servers take writes', async () => {
  const hands = handsWith(async (phase) => void did.push(phase));
  await expect.poll(async () => (await look()).following, { timeout: 60_000 }).toEqual(['shop-db-1']);
  const order = await orderNow(hands);
  did.length = 0;
  const carryOut = (how: RejoinOrder) => asks((rejoin) => rejoin.carryOut(how), { hands });
  expect(await carryOut(order)).toMatchObject({ ended: 'not-done', why: expect.stringContaining('follows') as string });
  const older = { ...order, identity: { ...order.identity, timeline: 1 } };
  expect(await carryOut(older)).toMatchObject({ why: expect.stringMatching(/^timeline was 1 and is 2 now/) as string });
  await pair.primary.query('SELECT pg_promote(true, 60)');
  const seen = () => asks((rejoin) => rejoin.look(), { hands });
  await expect
    .poll(seen, { timeout: 60_000 })
    .toEqual({ refused: expect.stringMatching(/^two servers take writes/) as string });
  expect(did).toEqual([]);
});
