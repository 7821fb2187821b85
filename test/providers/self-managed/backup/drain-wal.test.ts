import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import { coverFrom } from '../../../../src/backups/wal/cover.ts';
import { timelinePath } from '../../../../src/backups/wal/history.ts';
import { storedWal, type StoredWal } from '../../../../src/backups/wal/stored.ts';
import { lsnOf, lsnText } from '../../../../src/backups/lsn.ts';
import { createSecrets, openTarget } from '../../../../src/providers/index.ts';
import { drainWal } from '../../../../src/providers/self-managed/backup/drain-wal.ts';
import { createDirectoryStore } from '../../../../src/state/backup-store/directory.ts';
import { collect, whole } from '../../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresMember } from '../../../servers.ts';

const SEGMENT = 16 * 1024 ** 2;
const TIME_MS = 120_000;
let server: TestPostgres;
const directory = mkdtempSync(join(tmpdir(), 'nightshift-wal-'));
beforeAll(async () => {
  server = await startTestPostgres({
    replica: true,
    settings: { max_slot_wal_keep_size: '512MB', autovacuum: 'off', checkpoint_timeout: '1h', wal_level: 'replica' },
  });
}, TIME_MS);
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});
let stores = 0;
const newStore = () => createDirectoryStore({ name: 'primary', directory: join(directory, `${(stores += 1)}`) });
afterEach(async () => {
  for (const setting of ['synchronous_standby_names', 'max_slot_wal_keep_size'])
    await primaryNow.query(`ALTER SYSTEM RESET ${setting}`);
  await primaryNow.query('SELECT pg_reload_conf()');
});
let primaryNow: TestPostgresMember;
beforeAll(() => void (primaryNow = server.primary));

async function drain(store: BackupStore, signal = new AbortController().signal) {
  const { resolve } = createSecrets((name) => server.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000, queryTimeoutMs: 30_000 };
  const target = await openTarget(server.spec, 'copy', options);
  if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
  try {
    return await drainWal({ spec: server.spec, options, target }, { store, signal });
  } finally {
    await target.close();
  }
}

async function drained(store: BackupStore) {
  const answer = await drain(store);
  if ('refused' in answer) throw new Error(answer.refused);
  return answer;
}

const flushed = async () => {
  const [row] = await primaryNow.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return row?.lsn ?? '';
};
const dropSlot = () =>
  primaryNow.query(
    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'nightshift'",
  );
const stored = async (store: BackupStore): Promise<StoredWal[]> =>
  (await collect(store.list(''))).flatMap((object) => storedWal(object, SEGMENT) ?? []);
const write = (megabytes: number) =>
  primaryNow.query(
    `SELECT count(pg_logical_emit_message(false, 'fill', repeat('x', 1000000))) FROM generate_series(1, ${megabytes})`,
  );
/** An answer that cannot be had while somebody else still reads is asked for again. */
const slotIsFree = async () => {
  const FREE = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'nightshift' AND active_pid IS NULL";
  await expect.poll(() => primaryNow.query(FREE), { timeout: 60_000 }).toHaveLength(1);
};

test('the first drain makes the slot and tells that nothing before it is known', { timeout: TIME_MS }, async () => {
  const store = newStore();
  const { done, slot } = await drained(store);
  expect(done).toMatchObject({ timeline: 1, gap: { afterLsn: null, why: 'the slot was made just now' } });
  expect(slot).toMatchObject({ name: 'nightshift', status: 'reserved', safeBytes: expect.any(Number) });
  await slotIsFree();
});

test(
  'whole segments and the beginning of the last are stored, byte for byte those of the server',
  { timeout: TIME_MS },
  async () => {
    const store = newStore();
    await drained(store);
    await slotIsFree();
    await write(40);
    await primaryNow.query("SELECT pg_logical_emit_message(true, 'last', 'x')");
    const upTo = await flushed();
    const { done } = await drained(store);
    expect(done.gap).toBeUndefined();
    expect(done.segments).toBeGreaterThanOrEqual(2);
    expect(lsnOf(done.toLsn)).toBeGreaterThanOrEqual(lsnOf(upTo));
    const all = await stored(store);
    const cover = coverFrom(lsnOf(done.fromLsn), timelinePath(1, undefined), all, SEGMENT);
    expect([lsnText(cover.toLsn), cover.next]).toEqual([done.toLsn, undefined]);
    for (const piece of cover.pieces) {
      const file = /([0-9A-F]{24})[^/]*$/.exec(piece.key)?.[1] ?? '';
      const [row] = await primaryNow.query<{ bytes: Buffer }>('SELECT pg_read_binary_file($1, 0, $2) AS bytes', [
        `pg_wal/${file}`,
        Number(piece.endLsn - piece.startLsn),
      ]);
      expect(
        zstdDecompressSync(await whole(await store.get(piece.key))).equals(row?.bytes ?? Buffer.alloc(0)),
        piece.key,
      ).toBe(true);
    }
    await slotIsFree();
    const [slot] = await primaryNow.query<{ lsn: string }>(
      "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'",
    );
    expect(slot?.lsn).toBe(done.toLsn);
  },
);

test('where nothing was written nothing is stored, and the slot is let on', { timeout: TIME_MS }, async () => {
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

test(
  'goes on where the store ends although the slot was lost in between, without a gap',
  { timeout: TIME_MS },
  async () => {
    const store = newStore();
    await drained(store);
    await slotIsFree();
    await dropSlot();
    await write(20);
    const { done } = await drained(store);
    expect(done.gap).toBeUndefined();
    const all = await stored(store);
    expect(coverFrom(all[0]?.startLsn ?? 0n, timelinePath(1, undefined), all, SEGMENT).next).toBeUndefined();
    await slotIsFree();
  },
);

test(
  'a store that fails moves the slot nowhere, and the next drain stores everything',
  { timeout: TIME_MS },
  async () => {
    const store = newStore();
    await drained(store);
    await slotIsFree();
    const [before] = await primaryNow.query<{ lsn: string }>(
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
    const [after] = await primaryNow.query<{ lsn: string }>(
      "SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = 'nightshift'",
    );
    expect(after).toEqual(before);
    expect(await collect(store.unfinished(''))).toEqual([]);
    const { done } = await drained(store);
    expect(done.gap).toBeUndefined();
    const all = await stored(store);
    expect(lsnText(coverFrom(all[0]?.startLsn ?? 0n, timelinePath(1, undefined), all, SEGMENT).toLsn)).toBe(done.toLsn);
    await slotIsFree();
  },
);

test('an abort ends it at once, and the slot is free for the next', { timeout: TIME_MS }, async () => {
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

test('a reader that is there already is told, and is let be', { timeout: TIME_MS }, async () => {
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

test('is refused where commits would wait for it, with what to write instead', { timeout: TIME_MS }, async () => {
  await primaryNow.query("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
  await primaryNow.query('SELECT pg_reload_conf()');
  const seen = () => primaryNow.query<{ v: string }>("SELECT current_setting('synchronous_standby_names') AS v");
  await expect.poll(async () => (await seen())[0]?.v, { timeout: 60_000 }).toBe('ANY 1 (*)');
  expect(await drain(newStore())).toMatchObject({ refused: expect.stringContaining('commits would wait') });
});

test('makes no slot where WAL could fill the disk', { timeout: TIME_MS }, async () => {
  await dropSlot();
  await primaryNow.query("ALTER SYSTEM SET max_slot_wal_keep_size = '-1'");
  await primaryNow.query('SELECT pg_reload_conf()');
  // Given on the command line, the setting stays what it is: a server of its own has none.
  const open = await startTestPostgres();
  const { resolve } = createSecrets((name) => open.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000 };
  const target = await openTarget(open.spec, 'copy', options);
  try {
    if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
    const answer = await drainWal(
      { spec: open.spec, options, target },
      { store: newStore(), signal: new AbortController().signal },
    );
    expect(answer).toMatchObject({
      refused: expect.stringContaining("ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'"),
    });
    expect(await open.query('SELECT 1 FROM pg_replication_slots')).toEqual([]);
  } finally {
    await target.close();
    await open.stop();
  }
});

test(
  'what the server has removed is a gap that is told, and from the slot on it goes on',
  { timeout: TIME_MS },
  async () => {
    const store = newStore();
    await dropSlot();
    const before = await drained(store);
    await slotIsFree();
    await dropSlot();
    await write(150);
    await primaryNow.query('SELECT pg_switch_wal()');
    await primaryNow.query('CHECKPOINT');
    await primaryNow.query('SELECT pg_switch_wal()');
    await primaryNow.query('CHECKPOINT');
    const { done } = await drained(store);
    expect(done.gap).toEqual({ afterLsn: before.done.toLsn, why: 'the slot was made just now' });
    expect(lsnOf(done.fromLsn)).toBeGreaterThan(lsnOf(before.done.toLsn));
    await slotIsFree();
  },
);

test(
  'after a promotion the old timeline is stored to its end and the new one goes on',
  { timeout: TIME_MS },
  async () => {
    const store = newStore();
    await drained(store);
    await slotIsFree();
    await write(10);
    const { replica } = server;
    if (replica === undefined) throw new Error('no replica');
    await expect
      .poll(
        async () => (await replica.query<{ lsn: string }>('SELECT pg_last_wal_replay_lsn()::text AS lsn'))[0]?.lsn,
        { timeout: 60_000 },
      )
      .toBe(await flushed());
    await server.primary.stop();
    await replica.query('SELECT pg_promote()');
    primaryNow = replica;
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
    const cover = coverFrom(all[0]?.startLsn ?? 0n, timelinePath(2, history), all, SEGMENT);
    expect([lsnText(cover.toLsn), cover.next]).toEqual([done.toLsn, undefined]);
  },
);
