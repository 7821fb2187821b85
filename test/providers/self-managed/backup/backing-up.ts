import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import type { BackupStore } from '../../../../src/core/backup-store.ts';
import type { PostgresBackupRecord } from '../../../../src/core/backup.ts';
import { backupsOf } from '../../../../src/providers/self-managed/backups.ts';
import { openPostgresTarget } from '../../../../src/providers/postgres-target.ts';
import { findPostgresIdentity, giveTo } from '../../../../src/runtime/postgres-identity.ts';
import { startPostgres, type RunningPostgres } from '../../../../src/runtime/postgres-launcher.ts';
import { createDirectoryStore } from '../../../../src/state/backup-store/directory.ts';
import type { CopyWork, PostgresBackups } from '../../../../src/targets/backups.ts';
import type { TestPostgres } from '../../../servers.ts';
import { unpacked } from '../../../../src/logs/files/compression.ts';
import { testPasswords } from '../../../servers/passwords.ts';
import { binariesOf, type PostgresMajor } from '../../../servers/postgres-majors.ts';
import { testSettings } from '../../../servers/postgres-template.ts';
import { makeServerDirectory, recordServer } from '../../../servers/room.ts';

/** A checkpoint that is spread is over soon. */
export const QUICK = { checkpoint_timeout: '30s', checkpoint_completion_target: '0.0' };

export type Copies = Pick<PostgresBackups, 'look' | 'full' | 'incremental'>;

/** Runs what needs backups of a server, with the login of the room `copy`. */
export async function withCopies<Result>(
  server: TestPostgres,
  use: (copies: Copies) => Promise<Result>,
): Promise<Result> {
  const options = {
    secret: async (reference: object) => server.environment['name' in reference ? String(reference.name) : ''] ?? '',
    connectTimeoutMs: 30_000,
    queryTimeoutMs: 30_000,
  };
  const target = await openPostgresTarget(server.spec, 'copy', options);
  try {
    return await use(backupsOf({ spec: server.spec, options, target }));
  } finally {
    await target.close();
  }
}

export type Place = { store: BackupStore; directory: string };

export function makeStore(): Place {
  const directory = join(makeServerDirectory('store'), 'primary');
  return { store: createDirectoryStore({ name: 'primary', directory }), directory };
}

let labels = 0;

export function workIn({ store }: Pick<Place, 'store'>, more: Partial<CopyWork> = {}): CopyWork {
  labels += 1;
  return {
    store,
    label: `20261129T0200${String(labels).padStart(2, '0')}Z-test`,
    run: 'backup shop-db, run-1',
    compression: 'gzip',
    progress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

/** Takes the archive of a backup apart with the machine's own tar, as somebody would by hand. */
export async function unpack({ directory }: Place, record: PostgresBackupRecord, name: string): Promise<string> {
  const into = join(makeServerDirectory(name), 'data');
  mkdirSync(into, { mode: 0o700 });
  const [archive, manifest] = record.files;
  const tar = spawn('tar', ['-x', '-C', into], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => tar.once('close', resolve));
  const stored = createReadStream(join(directory, archive?.key ?? ''));
  await pipeline(record.compression === 'none' ? stored : unpacked(stored, record.compression), tar.stdin);
  if ((await ended) !== 0) throw new Error('tar cannot read the archive');
  writeFileSync(join(into, 'backup_manifest'), gunzipSync(readFileSync(join(directory, manifest?.key ?? ''))));
  return into;
}

/** Starts a server on what was restored, and asks it once. */
export async function startOn(dataDirectory: string, major: PostgresMajor = 18): Promise<RunningPostgres> {
  giveTo(dataDirectory, findPostgresIdentity());
  const settings = { ...testSettings, autovacuum: 'off' };
  return await startPostgres({
    dataDirectory,
    binaries: binariesOf(major),
    settings,
    onSpawn: (pid) => recordServer(pid, 'restored'),
  });
}

/** A sum over all rows of all tables of the database `shop`, by table. */
export async function sumsAt(port: number): Promise<Record<string, string>> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: testPasswords.superuser,
    database: 'shop',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    const sums: Record<string, string> = {};
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ sum: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS sum FROM ${name} t`,
      );
      sums[name] = rows[0]?.sum ?? '';
    }
    return sums;
  } finally {
    await client.end();
  }
}

/** pg_verifybackup of Debian's 15, which reads what servers before 17 write. */
export function verifyBackup(dataDirectory: string): void {
  execFileSync('/usr/lib/postgresql/15/bin/pg_verifybackup', ['--no-parse-wal', dataDirectory], { stdio: 'pipe' });
}

export function done(taken: { done: PostgresBackupRecord } | { refused: string }): PostgresBackupRecord {
  if ('refused' in taken) throw new Error(taken.refused);
  return taken.done;
}
