import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import { coverFrom } from '../../../../src/backups/wal/cover.ts';
import { timelinePath } from '../../../../src/backups/wal/history.ts';
import { lsnOf, lsnText } from '../../../../src/core/lsn.ts';
import { createDirectoryStore } from '../../../../src/state/backup-store/directory.ts';
import { collect, whole } from '../../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgresMember } from '../../../servers.ts';
import { drain, drained, dropSlot, flushed, SEGMENT_BYTES, slotIsFree, stored, world, write } from './draining.ts';

vi.setConfig({ testTimeout: 300_000 });
const directory = mkdtempSync(join(tmpdir(), 'nightshift-wal-'));
beforeAll(async () => {
  world.server = await startTestPostgres({
    replica: true,
    settings: { max_slot_wal_keep_size: '512MB', autovacuum: 'off', checkpoint_timeout: '1h', wal_level: 'replica' },
  });
  world.primary = world.server.primary;
});
afterAll(async () => {
  await world.server.stop();
  rmSync(directory, { recursive: true });
});
const newStore = () => createDirectoryStore({ name: 'primary', directory: mkdtempSync(join(directory, 'store-')) });
afterEach(async () => {
  await world.primary.query('ALTER SYSTEM RESET synchronous_standby_names');
  await world.primary.query('SELECT pg_reload_conf()');
});

/** It has what the primary has. */
async function replicaFollows(): Promise<TestPostgresMember> {
  const { replica } = world.server;
  if (replica === undefined) throw new Error('no replica');
  // A commit ends what is on the disk with a whole record, and only whole ones are replayed.
  await world.primary.query("SELECT pg_logical_emit_message(true, 'here', 'x')");
  const upTo = await flushed();
  const replayed = () => replica.query('SELECT 1 WHERE pg_last_wal_replay_lsn() >= $1::pg_lsn', [upTo]);
  await expect.poll(replayed, { timeout: 60_000 }).toHaveLength(1);
  return replica;
}

test('the first drain makes the slot and tells that nothing before it is known', async () => {
  const store = newStore();
  const { done, slot } = await drained(store);
  expect(done).toMatchObject({ timeline: 1, gap: { afterLsn: null, why: 'the slot was made just now' } });
  expect(slot).toMatchObject({ name: 'nightshift', status: 'reserved', safeBytes: expect.any(Number) });
  await slotIsFree();
});

test('whole segments and the beginning of the last are stored, byte for byte those of the server', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  await write(40);
  await world.primary.query("SELECT pg_logical_emit_message(true, 'last', 'x')");
  const upTo = await flushed();
  const { done } = await drained(store);
  expect(done.gap).toBeUndefined();
  expect(done.segments).toBeGreaterThanOrEqual(2);
  expect(lsnOf(done.toLsn)).toBeGreaterThanOrEqual(lsnOf(upTo));
  const all = await stored(store);
  const cover = coverFrom(lsnOf(done.fromLsn), timelinePath(1, undefined), all, SEGMENT_BYTES);
  expect([lsnText(cover.toLsn), cover.next]).toEqual([done.toLsn, undefined]);
  for (const piece of cover.pieces) {
    const file = /([0-9A-F]{24})[^/]*$/.exec(piece.key)?.[1] ?? '';
    const [row] = await world.primary.query<{ bytes: Buffer }>('SELECT pg_read_binary_file($1, 0, $2) AS bytes', [
      `pg_wal/${file}`,
      Number(piece.endLsn - piece.startLsn),
    ]);
    expect(
      zstdDecompressSync(await whole(await store.get(piece.key))).equals(row?.bytes ?? Buffer.alloc(0)),
      piece.key,
    ).toBe(true);
  }
  await slotIsFree();
  const SLOT = "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'";
  expect(await world.primary.query(SLOT)).toEqual([{ lsn: done.toLsn }]);
});

test('where nothing was written nothing is stored, and the slot is let on', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  // What a server writes by itself after a while may come between.
  let { done } = await drained(store);
  for (let n = 0; n < 20 && done.storedBytes > 0; n += 1) {
    await slotIsFree();
    ({ done } = await drained(store));
  }
  expect(done).toMatchObject({ segments: 0, storedBytes: 0, fromLsn: done.toLsn });
});

test('goes on where the store ends although the slot was lost in between, without a gap', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  await dropSlot();
  await write(20);
  const { done } = await drained(store);
  expect(done.gap).toBeUndefined();
  const all = await stored(store);
  expect(coverFrom(all[0]?.startLsn ?? 0n, timelinePath(1, undefined), all, SEGMENT_BYTES).next).toBeUndefined();
  await slotIsFree();
});

test('a store that fails moves the slot nowhere, and the next drain stores everything', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  const [before] = await world.primary.query<{ lsn: string }>(
    "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'",
  );
  await write(40);
  const full: BackupStore = {
    ...store,
    put: async (_, pieces) => {
      for await (const piece of pieces) if (piece.byteLength > 0) break;
      throw new Error('no room');
    },
  };
  await expect(drain(full)).rejects.toThrow('no room');
  await slotIsFree();
  const [after] = await world.primary.query<{ lsn: string }>(
    "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'",
  );
  expect(after).toEqual(before);
  expect(await collect(store.unfinished(''))).toEqual([]);
  const { done } = await drained(store);
  expect(done.gap).toBeUndefined();
  const all = await stored(store);
  expect(lsnText(coverFrom(all[0]?.startLsn ?? 0n, timelinePath(1, undefined), all, SEGMENT_BYTES).toLsn)).toBe(
    done.toLsn,
  );
  await slotIsFree();
});

test('an abort ends it at once, and the slot is free for the next', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  await write(20);
  const controller = new AbortController();
  const hanging: BackupStore = {
    ...store,
    put: async (_, pieces) => {
      controller.abort();
      for await (const piece of pieces) expect(piece).toBeDefined();
      return { created: true, sizeBytes: 0, sha256: '' };
    },
  };
  await expect(drain(hanging, controller.signal)).rejects.toMatchObject({ code: 'timed_out' });
  await slotIsFree();
});

test('a reader that is there already is told, and is let be', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  await write(20);
  const { promise: reading, resolve: read } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: let_ } = Promise.withResolvers<void>();
  const slow: BackupStore = {
    ...store,
    put: async (key, pieces) => {
      read();
      await goOn;
      return store.put(key, pieces);
    },
  };
  const first = drain(slow);
  await reading;
  expect(await drain(store)).toMatchObject({
    refused: expect.stringMatching(/somebody reads from the slot nightshift already \(pid \d+\)/),
  });
  let_();
  expect(await first).toHaveProperty('done');
  await slotIsFree();
});

test('is refused where commits would wait for it, with what to write instead', async () => {
  await world.primary.query("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  await world.primary.query('SELECT pg_reload_conf()');
  const seen = () => world.primary.query<{ v: string }>("SELECT current_setting('synchronous_standby_names') AS v");
  await expect.poll(async () => (await seen())[0]?.v, { timeout: 60_000 }).toBe('ANY 1 (*)');
  expect(await drain(newStore())).toMatchObject({ refused: expect.stringContaining('commits would wait') });
});

test('what the server has removed is a gap that is told, and from the slot on it goes on', async () => {
  const store = newStore();
  await dropSlot();
  const before = await drained(store);
  await slotIsFree();
  await dropSlot();
  // A standby without a slot that falls behind what a checkpoint removes could never follow again.
  for (let n = 0; n < 15; n += 1) {
    await write(10);
    await replicaFollows();
  }
  for (let n = 0; n < 2; n += 1) {
    await world.primary.query('SELECT pg_switch_wal()');
    await replicaFollows();
    await world.primary.query('CHECKPOINT');
  }
  const { done } = await drained(store);
  expect(done.gap).toEqual({ afterLsn: before.done.toLsn, why: 'the slot was made just now' });
  expect(lsnOf(done.fromLsn)).toBeGreaterThan(lsnOf(before.done.toLsn));
  await slotIsFree();
});

test('after a promotion the old timeline is stored to its end and the new one goes on', async () => {
  const store = newStore();
  await drained(store);
  await slotIsFree();
  await write(10);
  const replica = await replicaFollows();
  await world.server.primary.stop();
  await replica.query('SELECT pg_promote()');
  world.primary = replica;
  await replica.query("SELECT pg_logical_emit_message(true, 'new', 'x')");
  const { done } = await drained(store);
  expect(done.timeline).toBe(2);
  expect(done.gap).toBeUndefined();
  const history = (
    await whole(
      await store.get((await collect(store.list(''))).find(({ key }) => key.endsWith('.history'))?.key ?? 'x'),
    )
  ).toString();
  const all = await stored(store);
  const cover = coverFrom(all[0]?.startLsn ?? 0n, timelinePath(2, history), all, SEGMENT_BYTES);
  expect([lsnText(cover.toLsn), cover.next]).toEqual([done.toLsn, undefined]);
});
