import { closeSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { BackupStore, Pieces } from '../../../../src/core/backup-store.ts';
import { Fault } from '../../../../src/core/errors.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { done, makeStore, QUICK, withCopies, workIn, type Place } from './backing-up.ts';
import { after, wayThrough, type Way } from './ways.ts';

// Servers are copied and started again, beside whatever else the machine does.
vi.setConfig({ testTimeout: 300_000 });

let server: TestPostgres;
const ways: Way[] = [];
beforeAll(async () => {
  server = await startTestPostgres({ replica: true, settings: { ...QUICK, autovacuum: 'off' } });
  await server.query(
    'CREATE TABLE customers AS SELECT g AS id, repeat(md5(g::text), 20) AS x FROM generate_series(1, 20000) g',
  );
  await server.query('CHECKPOINT');
});
afterAll(async () => {
  for (const way of ways) way.close();
  await server.stop();
});

/** Every object that is called a backup. */
function backupsIn({ directory }: Place): string[] {
  const found = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return found.filter((path) => path.endsWith('done.json'));
}

async function through(make: Parameters<typeof wayThrough>[1]): Promise<TestPostgres> {
  const way = await wayThrough(server, make);
  ways.push(way);
  return way.server;
}

test('a bit that is flipped on the way is found, the file is named, and there is no backup', async () => {
  const place = makeStore();
  const flipped = await through(
    after(20_000_000, (piece) => {
      const copy = Buffer.from(piece);
      const at = Math.floor(copy.length / 2) + 700;
      copy[at] = (copy[at] ?? 0) ^ 4;
      return copy;
    }),
  );
  const taken = await withCopies(flipped, (copies) => copies.full(workIn(place))).catch((thrown: unknown) => thrown);
  expect(taken).toEqual({ refused: expect.stringMatching(/is not what it read: (base|global|pg_)\S+: /) });
  expect(backupsIn(place)).toEqual([]);
});

test('a connection that is cut in the middle is a fault, and leaves no backup', async () => {
  const place = makeStore();
  const cut = await through(
    after(10_000_000, (_piece, transform) => {
      transform.destroy(new Error('cut'));
      return undefined;
    }),
  );
  const taken = withCopies(cut, (copies) => copies.full(workIn(place)));
  await expect(taken).rejects.toMatchObject({ code: 'target_unreachable' });
  expect(backupsIn(place)).toEqual([]);
  expect(
    readdirSync(place.directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tar')),
  ).toEqual([]);
});

/** A store to which something happens while an archive is put. */
function storeThat(place: Place, take: (pieces: Pieces) => Pieces): Place {
  const store: BackupStore = {
    ...place.store,
    put: (key, pieces) => place.store.put(key, key.includes('base.tar') ? take(pieces) : pieces),
  };
  return { ...place, store };
}

test('a store that is full ends the backup with its own fault', async () => {
  const place = makeStore();
  const full = storeThat(place, async function* (pieces) {
    let bytes = 0;
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > 500_000) throw new Fault('conflict', 'the store is full');
      yield piece;
    }
  });
  const taken = withCopies(server, (copies) => copies.full(workIn(full)));
  await expect(taken).rejects.toMatchObject({ code: 'conflict', message: 'the store is full' });
  expect(backupsIn(place)).toEqual([]);
});

test('a store that is slow holds the server back, and gets all of it', async () => {
  const place = makeStore();
  const slow = storeThat(place, async function* (pieces) {
    for await (const piece of pieces) {
      await new Promise((resolve) => {
        setTimeout(resolve, 5);
      });
      yield piece;
    }
  });
  const record = done(await withCopies(server, (copies) => copies.full(workIn(slow, { compression: 'none' }))));
  expect(record.files[0]?.sizeBytes).toBe(record.files[0]?.plainBytes);
  expect(backupsIn(place)).toHaveLength(1);
});

test('a backup that is given up is none', async () => {
  const place = makeStore();
  const controller = new AbortController();
  const work = workIn(place, {
    signal: controller.signal,
    progress: () => controller.abort(),
    maxRateBytes: 4_000_000,
  });
  await expect(withCopies(server, (copies) => copies.full(work))).rejects.toMatchObject({ code: 'timed_out' });
  expect(backupsIn(place)).toEqual([]);
});

test('a standby is preferred, and one that is not reached is passed over with the reason', async () => {
  const place = makeStore();
  const record = done(await withCopies(server, (copies) => copies.full(workIn(place, { compression: 'zstd' }))));
  expect(record).toMatchObject({ member: 'shop-db-2', brokenPages: [] });
  await server.replica?.stop();
  const looked = await withCopies(server, (copies) => copies.look());
  expect(looked).toMatchObject({ done: { member: 'shop-db-1', passedOver: [{ member: 'shop-db-2' }] } });
  await server.replica?.restart();
});

test('a page whose checksum is wrong is named, and the backup is one all the same', async () => {
  const place = makeStore();
  const [where] = await server.query<{ path: string }>(`SELECT pg_relation_filepath('customers') AS path`);
  const path = where?.path ?? '';
  await server.primary.stop();
  const file = openSync(join(server.dataDirectory, path), 'r+');
  writeSync(file, Buffer.from([1, 2, 3]), 0, 3, 8192 * 7 + 5000);
  closeSync(file);
  await server.primary.restart();
  const alone = Object.assign(Object.create(server) as TestPostgres, {
    spec: { ...server.spec, members: server.spec.members.filter(({ role }) => role === 'primary') },
  });
  const record = done(await withCopies(alone, (copies) => copies.full(workIn(place))));
  expect(record.brokenPages).toEqual([{ file: path, block: 7 }]);
  expect(backupsIn(place)).toHaveLength(1);
});

test('a server with tablespaces is refused before a byte, with what to use instead', async () => {
  const place = makeStore();
  const client = await server.connect();
  await client.query('SET allow_in_place_tablespaces = on');
  await client.query(`CREATE TABLESPACE archive LOCATION ''`);
  await client.end();
  const taken = await withCopies(server, (copies) => copies.full(workIn(place)));
  expect(taken).toEqual({ refused: expect.stringMatching(/tablespaces \(archive\).*pg_basebackup/) });
});

test('a server that is shut down in the middle leaves no backup', async () => {
  const place = makeStore();
  const client = await server.connect();
  await client.query('DROP TABLESPACE archive');
  await client.end();
  let stopping: Promise<unknown> | undefined;
  const progress = () =>
    void (stopping ??= Promise.all([server.primary.stop('immediate'), server.replica?.stop('immediate')]));
  const work = workIn(place, { progress, maxRateBytes: 4_000_000 });
  await expect(withCopies(server, (copies) => copies.full(work))).rejects.toMatchObject({ code: 'target_unreachable' });
  await stopping;
  expect(backupsIn(place)).toEqual([]);
});
