import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { setRole } from '../../../src/local/fleet/postgres-roles.ts';
import { postgresBinariesIn } from '../../../src/runtime/postgres-binaries.ts';
import { initialisePostgres } from '../../../src/runtime/postgres-cluster.ts';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import { startPostgres } from '../../../src/runtime/postgres-launcher.ts';
import type { Bench } from '../area.ts';
import { makePapers } from './papers.ts';

export const DEBIAN = '/usr/lib/postgresql/15';

/** What the rows are: texts of one kind as applications have them, or what no program makes smaller. */
export type Rows = 'texts' | 'noise';

/** `password` is that of `nightshift_copy`, who may replicate, `superuser` that of `postgres`. `sizeBytes` is what a backup of it brings. */
export type BackupServer = {
  port: number;
  password: string;
  superuser: string;
  dataDirectory: string;
  sizeBytes: number;
  /** Of the certificate that it shows to whom wants TLS. */
  certificate: string;
};

const MAKE: Readonly<Record<Rows, string>> = {
  texts: `insert into rows select g, format('{"customer": %s, "state": "open", "note": "%s"}', g % 9973, repeat(md5((g % 997)::text), 5))
            from generate_series($1::bigint, $2::bigint) g`,
  noise: `insert into rows select g, encode(sha256(random()::text::bytea), 'hex') from generate_series($1::bigint, $2::bigint) g`,
};
/** Hex is half air; a whole row of noise is made of bytes. */
const NOISE = `alter table rows alter column text type bytea using decode(text, 'hex')`;
const STEP_ROWS = 200_000;
const SETTINGS = {
  shared_buffers: '256MB',
  max_wal_size: '8GB',
  max_slot_wal_keep_size: '1GB',
  checkpoint_completion_target: '0',
  fsync: 'off',
  autovacuum: 'off',
};

/** Starts Debian's 15 with so much data in it; ended and removed in `afterwards`. */
export async function startBackupServer(
  bench: Bench,
  rows: Rows,
  sizeBytes: number,
): Promise<BackupServer | undefined> {
  if (!existsSync(join(DEBIAN, 'bin', 'pg_basebackup'))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-bench-backup-'));
  chmodSync(folder, 0o711);
  bench.afterwards.defer(() => rmSync(folder, { recursive: true, force: true }));
  const [superuser, password] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const dataDirectory = join(folder, 'data');
  const binaries = postgresBinariesIn(DEBIAN, '15');
  const { certificate, key } = makePapers(folder);
  giveTo(folder, findPostgresIdentity());
  await initialisePostgres(dataDirectory, superuser, binaries);
  appendFileSync(join(dataDirectory, 'pg_hba.conf'), 'host replication all 127.0.0.1/32 scram-sha-256\n');
  const settings = { ...SETTINGS, ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key };
  const server = await startPostgres({ dataDirectory, binaries, settings });
  bench.afterwards.defer(() => server.stop('immediate'));
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', password: superuser });
  await client.connect();
  try {
    await setRole(async (sql) => void (await client.query(sql)), 'nightshift_copy', 'REPLICATION', password);
    bench.say(`making ${Math.round(sizeBytes / 1e6)} MB of ${rows}`);
    const filledBytes = await fill(client, rows, sizeBytes);
    return { port: server.port, password, superuser, dataDirectory, sizeBytes: filledBytes, certificate };
  } finally {
    await client.end();
  }
}

async function fill(client: pg.Client, rows: Rows, sizeBytes: number): Promise<number> {
  const size = async () =>
    Number(
      (await client.query<{ size: string }>('select sum(pg_database_size(oid)) as size from pg_database')).rows[0]
        ?.size,
    );
  await client.query('create table rows (id bigint, text text)');
  for (let from = 1; (await size()) < sizeBytes; from += STEP_ROWS) {
    await client.query(MAKE[rows], [from, from + STEP_ROWS - 1]);
  }
  if (rows === 'noise') await client.query(NOISE);
  await client.query('vacuum freeze rows');
  await client.query('checkpoint');
  return await size();
}
