import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { coverFrom } from '../../../../src/backups/wal/cover.ts';
import { timelinePath } from '../../../../src/backups/wal/history.ts';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import { Fault } from '../../../../src/core/errors.ts';
import { lsnOf } from '../../../../src/core/lsn.ts';
import { createSecrets, openTarget } from '../../../../src/providers/index.ts';
import { followWal } from '../../../../src/providers/self-managed/backup/follow-wal.ts';
import type { WalFollowed, WalFollowWork } from '../../../../src/targets/backups.ts';
import { backUp, restoredSums, sumsOf } from '../../../app/restore/restored.ts';
import { startTestPostgres } from '../../../servers.ts';
import { makeServerDirectory } from '../../../servers/room.ts';
import { makeStore, QUICK } from './backing-up.ts';
import { drain, drained, flushed, SEGMENT_BYTES, slotIsFree, stored, world, write } from './draining.ts';

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  const settings = { ...QUICK, max_slot_wal_keep_size: '1GB', autovacuum: 'off', wal_keep_size: '512MB' };
  world.server = await startTestPostgres({ settings });
  world.primary = world.server.primary;
  await world.primary.query('CREATE TABLE orders (id int, what text)');
});
afterAll(async () => world.server.stop());

const followers: AbortController[] = [];
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.abort();
  await slotIsFree();
});

/** A process that follows, with what it has told. */
function follow(store: BackupStore, more: Partial<WalFollowWork> = {}) {
  const stop = new AbortController();
  followers.push(stop);
  const told: WalFollowed[] = [];
  const work = { store, flushSeconds: 1, signal: stop.signal, told: (at: WalFollowed) => void told.push(at), ...more };
  const ended = started(work);
  // Whoever waits for it meets what it throws.
  ended.catch(() => undefined);
  return { told, ended, stop: () => stop.abort() };
}

async function started(work: WalFollowWork) {
  const { resolve } = createSecrets((name) => world.server.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000, queryTimeoutMs: 30_000 };
  const target = await openTarget(world.server.spec, 'copy', options);
  if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
  try {
    return await followWal({ spec: world.server.spec, options, target }, work);
  } finally {
    await target.close();
  }
}

const slotLsn = async () => {
  const SLOT = "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'";
  return lsnOf((await world.primary.query<{ lsn: string }>(SLOT))[0]?.lsn ?? '0/0');
};
/** How far a store goes on without a gap. */
async function reach(store: BackupStore, fromLsn: string): Promise<bigint> {
  return coverFrom(lsnOf(fromLsn), timelinePath(1, undefined), await stored(store), SEGMENT_BYTES).toLsn;
}
const until = (of: () => Promise<bigint>, lsn: string) =>
  expect.poll(async () => (await of()) >= lsnOf(lsn), { timeout: 120_000, interval: 100 }).toBe(true);
const commit = () => world.primary.query("SELECT pg_logical_emit_message(true, 'end', '')");

test('what is written comes into the store by itself: whole segments, and the beginning of the last', async () => {
  const { store } = makeStore();
  const { done } = await drained(store);
  await slotIsFree();
  await backUp(world.server, store);
  const { told, stop, ended } = follow(store);
  await world.primary.query('INSERT INTO orders SELECT g, md5(g::text) FROM generate_series(1, 200000) g');
  await write(40);
  await commit();
  const written = await flushed();
  await until(() => reach(store, done.fromLsn), written);
  const pieces = await stored(store);
  expect(pieces.filter(({ isWhole }) => isWhole).length).toBeGreaterThanOrEqual(2);
  // A beginning is never called a whole segment.
  for (const { isWhole, endLsn } of pieces) expect(endLsn % BigInt(SEGMENT_BYTES) === 0n).toBe(isWhole);
  await until(slotLsn, written);
  expect(told.at(-1)?.longestSeconds).toBeGreaterThan(0);
  const into = join(makeServerDirectory('restored'), 'here');
  expect(await restoredSums({ store, to: { kind: 'latest' }, into })).toBe(await sumsOf(world.server.url));
  stop();
  expect(await ended).toMatchObject({ done: { segments: expect.any(Number), storedLsn: expect.any(String) } });
});

test('stopped, it stores what came, and the next look goes on without a gap', async () => {
  const { store } = makeStore();
  const { done } = await drained(store);
  await slotIsFree();
  const { told, stop, ended } = follow(store, { flushSeconds: 3600 });
  await write(20);
  await expect.poll(() => told.length, { timeout: 120_000 }).toBeGreaterThan(0);
  stop();
  const answer = await ended;
  if ('refused' in answer) throw new Error(answer.refused);
  await slotIsFree();
  expect(await slotLsn()).toBe(lsnOf(answer.done.storedLsn));
  await write(1);
  const again = await drained(store);
  expect(again.done.gap).toBeUndefined();
  expect(await reach(store, done.fromLsn)).toBe(lsnOf(again.done.toLsn));
});

test('while it follows, a look and a second process leave it alone and say so', async () => {
  const { store } = makeStore();
  await drained(store);
  await slotIsFree();
  const { told } = follow(store);
  await write(1);
  await expect.poll(() => told.length, { timeout: 120_000 }).toBeGreaterThan(0);
  await expect
    .poll(() => drain(store), { timeout: 60_000 })
    .toMatchObject({
      followed: { storedLsn: expect.any(String), since: expect.stringMatching(/^\d{4}-/) },
      slot: { status: 'reserved' },
    });
  expect(await follow(store).ended).toEqual({ refused: expect.stringContaining('one at a time does') });
});

test('the server is told only of what the store has', async () => {
  const { store } = makeStore();
  await drained(store);
  await slotIsFree();
  const before = await slotLsn();
  const full: BackupStore = {
    ...store,
    put: async (_key, pieces) => {
      for await (const piece of pieces) if (piece.byteLength > 0) break;
      throw new Fault('conflict', 'the store is full');
    },
  };
  const { ended } = follow(full);
  await write(20);
  await expect(ended).rejects.toMatchObject({ code: 'conflict', message: 'the store is full' });
  await slotIsFree();
  expect(await slotLsn()).toBe(before);
});

test('a store that has nothing yet is to be drained first', async () => {
  expect(await follow(makeStore().store).ended).toEqual({ refused: expect.stringContaining('drain it first') });
});

test('a second store gets the same, and one that is away holds nobody up', async () => {
  const [{ store }, { store: second }] = [makeStore(), makeStore()];
  const named = { ...second, name: 'secondary' };
  const { done } = await drained(store);
  await slotIsFree();
  let isAway = true;
  const shaky: BackupStore = {
    ...named,
    put: (key, pieces) =>
      isAway ? Promise.reject(new Fault('target_unreachable', 'it is away')) : named.put(key, pieces),
  };
  const { told } = follow(store, { second: shaky });
  await write(20);
  await commit();
  const written = await flushed();
  await until(slotLsn, written);
  await write(20);
  await commit();
  await expect.poll(() => told.some(({ second: said }) => said?.why === 'it is away'), { timeout: 60_000 }).toBe(true);
  isAway = false;
  await write(20);
  await commit();
  const all = await flushed();
  // What came while something was brought goes along the next time.
  await until(async () => (await commit(), await reach(named, done.fromLsn)), all);
});
