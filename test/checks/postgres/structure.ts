import type pg from 'pg';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { startTestPostgres } from '../../servers.ts';
import { hasDebianPostgres } from './debian-postgres.ts';

/** A server of either version, as the structure checks need it. */
export type AnyPostgres = {
  spec: TargetSpec;
  environment: Record<string, string>;
  query<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  connect(): Promise<pg.Client>;
  stop(): Promise<void>;
};

/** PostgreSQL 18, and 15 where Debian's packages are installed; both with autovacuum off, so that nothing is analysed behind a test's back. */
export const versions: readonly { version: number; start: () => Promise<AnyPostgres> }[] = ([18, 15] as const)
  .filter((major) => major === 18 || hasDebianPostgres)
  .map((major) => ({ version: major, start: () => startTestPostgres({ major, settings: { autovacuum: 'off' } }) }));

/** Lets the catalogue say that a relation is this large: making one of 100 MB would take a minute. */
export async function pretendSize(
  server: AnyPostgres,
  relation: string,
  sizeBytes: number,
  rows?: number,
): Promise<void> {
  await server.query(
    'UPDATE pg_class SET relpages = $2, reltuples = coalesce($3, reltuples) WHERE oid = $1::regclass',
    [relation, Math.ceil(sizeBytes / 8192), rows ?? null],
  );
}

/** What init-database.sql made, gone: what is left is a role with pg_monitor alone. */
export async function withoutDefiner<R>(server: AnyPostgres, work: () => Promise<R>): Promise<R> {
  await server.query('ALTER SCHEMA nightshift RENAME TO elsewhere');
  try {
    return await work();
  } finally {
    await server.query('ALTER SCHEMA elsewhere RENAME TO nightshift');
  }
}
