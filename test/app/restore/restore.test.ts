import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restore } from '../../../src/app/restore/restore.ts';
import type { RestoreTarget } from '../../../src/backups/restore/target.ts';
import type { BackupStore, PrunableStore } from '../../../src/core/backup-store.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { collect } from '../../contracts/backup-store.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { makeServerDirectory } from '../../servers/room.ts';
import { backUp, drainAll, restored, restoredSums, sumsOf } from './restored.ts';

const TIME_MS = 180_000;
let server: TestPostgres;
let directory: string;
let store: BackupStore & PrunableStore;
type Point = { sums: string; lsn: string; at: string };
const points: Record<string, Point> = {};
let intos = 0;
const into = () => join(directory, `restored-${(intos += 1)}`);

/** How it is now: a position, a time that only what comes later is later than, and all rows. */
async function mark(name: string): Promise<void> {
  const sums = await sumsOf(server.url);
  const [row] = await server.query<{ lsn: string; at: Date }>(
    "SELECT pg_current_wal_insert_lsn()::text AS lsn, date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' AS at, pg_sleep(0.005)",
  );
  points[name] = { sums, lsn: row?.lsn ?? '', at: row?.at.toISOString() ?? '' };
}
const point = (name: string): Point => points[name] ?? { sums: '', lsn: '', at: '' };

beforeAll(async () => {
  directory = makeServerDirectory('restore');
  await chmod(directory, 0o755);
  store = createDirectoryStore({ name: 'primary', directory: join(directory, 'store') });
  server = await startTestPostgres({ settings: { max_slot_wal_keep_size: '1GB' } });
  await server.query('CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS what FROM generate_series(1, 2000) n');
  await drainAll(server, store);
  await mark('before the backup');
  await backUp(server, store);
  await server.query("INSERT INTO orders SELECT n, 'after the backup' FROM generate_series(3000, 3100) n");
  await mark('first');
  await server.query('DELETE FROM orders WHERE id % 3 = 0');
  await server.query("SELECT pg_create_restore_point('before_the_migration')");
  await mark('second');
  await drainAll(server, store);
  await server.query('DROP TABLE orders; CREATE TABLE later AS SELECT 1 AS x');
  await mark('last');
  await drainAll(server, store);
}, TIME_MS);
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a restore', () => {
  const targets: [string, string, () => RestoreTarget][] = [
    ['a position', 'first', () => ({ kind: 'lsn', lsn: point('first').lsn })],
    ['the last position that is stored', 'last', () => ({ kind: 'lsn', lsn: point('last').lsn })],
    ['a time', 'second', () => ({ kind: 'time', at: point('second').at })],
    ['a time after which nothing was written', 'last', () => ({ kind: 'time', at: point('last').at })],
    ['a restore point', 'second', () => ({ kind: 'name', name: 'before_the_migration' })],
    ['the last that was stored', 'last', () => ({ kind: 'latest' })],
    ['its own end', 'before the backup', () => ({ kind: 'end' })],
  ];
  test.each(targets)('to %s has what the server had then', { timeout: TIME_MS }, async (_, name, to) => {
    expect(await restoredSums({ store, to: to(), into: into() })).toBe(point(name).sums);
  });

  test(
    'says what it reached, and keeps the label of the backup and nothing that leads back',
    { timeout: TIME_MS },
    async () => {
      const place = into();
      const { started, choice } = await restored({ store, to: { kind: 'lsn', lsn: point('second').lsn }, into: place });
      if ('notStarted' in started) throw new Error(started.notStarted);
      await started.server.stop();
      expect(started.reached).toMatchObject({ lsn: expect.stringMatching(/^0\//), timeline: 2 });
      expect(choice.chain).toHaveLength(1);
      const conf = readFileSync(join(place, 'data', 'postgresql.auto.conf'), 'utf8');
      expect(conf).toContain("archive_mode = 'off'");
      expect(existsSync(join(place, 'data', 'backup_label.old'))).toBe(true);
      expect(statSync(join(place, 'data')).mode & 0o777).toBe(0o700);
    },
  );

  test('goes over nothing that is there', async () => {
    const place = into();
    mkdirSync(place);
    writeFileSync(join(place, 'something'), 'x');
    const answer = await restore({ store, target: 'shop-db', to: { kind: 'end' }, into: place }, silent);
    expect(answer).toEqual({ refused: expect.stringContaining('is not empty: a restore never goes over anything') });
    expect(readdirSync(place)).toEqual(['something']);
  });

  test('that was interrupted fetches only what is missing', { timeout: TIME_MS }, async () => {
    const place = into();
    const asked: string[] = [];
    const cut = {
      ...store,
      get: async (key: string) => (/\/wal\/.*\.zst$/.test(key) ? Promise.reject(new Error('cut')) : store.get(key)),
    };
    await expect(restored({ store: cut, to: { kind: 'latest' }, into: place })).rejects.toThrow('cut');
    const counting = { ...store, get: async (key: string) => (asked.push(key), store.get(key)) };
    expect(await restoredSums({ store: counting, to: { kind: 'latest' }, into: place })).toBe(point('last').sums);
    expect(asked.filter((key) => key.endsWith('base.tar.gz'))).toEqual([]);
    const again = await restore({ store, target: 'shop-db', to: { kind: 'latest' }, into: place }, silent);
    expect(again).toEqual({ refused: expect.stringContaining('has this restore already') });
  });

  test.each<[string, RestoreTarget, RegExp]>([
    [
      'a position that is not stored yet',
      { kind: 'lsn', lsn: 'FF/0' },
      /FF\/0 is not stored yet\. From .* WAL goes on to 0\/[0-9A-F]+, stored at 20/,
    ],
    [
      'a time before every backup',
      { kind: 'time', at: '2001-01-01T00:00:00.000Z' },
      /no whole backup ended before 2001/,
    ],
    [
      'a time that is still to come',
      { kind: 'time', at: '2101-01-01T00:00:00.000Z' },
      /2101-01-01T00:00:00.000Z is not stored yet/,
    ],
  ])('to %s is refused', async (_, to, sentence) => {
    const answer = await restore({ store, target: 'shop-db', to, into: into() }, silent);
    expect('refused' in answer ? answer.refused : '').toMatch(sentence);
  });

  test('of a target without backups is refused', async () => {
    expect(await restore({ store, target: 'other', to: { kind: 'latest' }, into: into() }, silent)).toEqual({
      refused: 'there is no whole backup.',
    });
  });
});

describe('what is broken in the store is never restored', () => {
  const pathOf = async (pattern: RegExp) => {
    const found = (await collect(store.list(''))).findLast(({ key }) => pattern.test(key));
    return join(directory, 'store', found?.key ?? '');
  };
  const withBytes = async (pattern: RegExp, change: (bytes: Buffer) => Buffer, work: () => Promise<void>) => {
    const path = await pathOf(pattern);
    const bytes = readFileSync(path);
    await chmod(path, 0o600);
    try {
      await writeFile(path, change(Buffer.from(bytes)));
      await work();
    } finally {
      await writeFile(path, bytes);
    }
  };
  const flipped = (at: number) => (bytes: Buffer) => {
    bytes[Math.floor(bytes.length * at)] = (bytes[Math.floor(bytes.length * at)] ?? 0) ^ 1;
    return bytes;
  };

  test.each([0.5])('a bit of the archive that turned (at %f of it)', { timeout: TIME_MS }, async (at) => {
    await withBytes(/base\.tar\.gz$/, flipped(at), async () => {
      await expect(restored({ store, to: { kind: 'end' }, into: into() })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/broken/),
      });
    });
  });

  test('a bit of the WAL that turned', { timeout: TIME_MS }, async () => {
    await withBytes(/\/wal\/.*[0-9A-F]{24}.*\.zst$/, flipped(0.5), async () => {
      const outcome = await restored({ store, to: { kind: 'latest' }, into: into() }).catch(
        (thrown: unknown) => thrown,
      );
      expect(outcome).toMatchObject({ code: 'conflict', message: expect.stringMatching(/broken/) });
    });
  });

  test('an archive that is too short is no whole backup', { timeout: TIME_MS }, async () => {
    await withBytes(
      /base\.tar\.gz$/,
      (bytes) => bytes.subarray(0, -1),
      async () => {
        const answer = await restore({ store, target: 'shop-db', to: { kind: 'end' }, into: into() }, silent);
        expect(answer).toEqual({
          refused: expect.stringMatching(
            /^there is no whole backup \(\S+-test: base\.tar\.gz has \d+ bytes in place of \d+\)\.$/,
          ),
        });
      },
    );
  });

  test('a segment that is missing is named, with since when', { timeout: TIME_MS }, async () => {
    // Later WAL lies beyond the one that goes away.
    await server.query(
      "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000)) FROM generate_series(1, 40)",
    );
    await drainAll(server, store);
    const wal = (await collect(store.list(''))).filter(({ key }) => /[0-9A-F]{24}\.zst$/.test(key));
    const victim = join(directory, 'store', wal.at(-1)?.key ?? '');
    const name = /([0-9A-F]{24})\.zst$/.exec(victim)?.[1];
    await rename(victim, `${victim}.away`);
    try {
      const answer = await restore({ store, target: 'shop-db', to: { kind: 'latest' }, into: into() }, silent);
      expect('refused' in answer ? answer.refused : '').toMatch(
        new RegExp(`^WAL is missing: the segment ${name}, which was to be stored after 20.*--to 0/`),
      );
    } finally {
      await rename(`${victim}.away`, victim);
    }
  });
});

const silent = { step: () => undefined, bytes: () => undefined };
