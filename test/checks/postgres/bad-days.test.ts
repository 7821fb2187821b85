import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgresIdentity, giveTo } from '../../../src/runtime/postgres-identity.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { reportOf } from '../../operations/health/report-of.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { onPostgres, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const unreachedAt = (server: { spec: TargetSpec; environment: Record<string, string> }) =>
  onPostgres(server, async ({ unreached }) => unreached[0]);

describe.each(bothVersions)('a whole report of PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('has no gap while a table is locked exclusively and others wait for it', async () => {
    await server.query('CREATE TABLE held AS SELECT g AS id FROM generate_series(1, 1000) g');
    const locker = await server.connect('migration');
    await locker.query('BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE');
    const victim = await server.connect('worker');
    const waiting = victim.query('SELECT count(*) FROM held').catch(() => {});
    const report = await reportOf(server);
    expect(report.coverage?.gaps).toEqual([]);
    await locker.end();
    await waiting;
    await victim.end();
  });

  it('has no gap where databases, roles, tables and applications have odd names', async () => {
    const odd = 'it\'s "odd"; 🌙 $1';
    const name = pg.escapeIdentifier(odd);
    await server.query(`CREATE ROLE ${name} LOGIN CONNECTION LIMIT 9 PASSWORD 'test'`);
    await server.query(`CREATE DATABASE ${name} OWNER ${name}`);
    const about = { host: '127.0.0.1', port: server.port, user: odd, password: 'test', database: odd };
    const client = new pg.Client({ ...about, application_name: odd });
    await client.connect();
    await client.query(`CREATE SCHEMA ${name}; CREATE TABLE ${name}.${name} (${name} int)`);
    await client.query(`BEGIN; INSERT INTO ${name}.${name} VALUES (1)`);
    const report = await reportOf({ ...server, spec: { ...server.spec, database: odd } });
    // The extension is in no new database by itself.
    expect(report.coverage?.gaps.map(({ check, fix }) => ({ check, fix }))).toEqual([
      { check: 'postgres.statements', fix: 'CREATE EXTENSION pg_stat_statements;' },
    ]);
    await client.end();
  });

  it('of a role without any grant says which GRANT each blind check needs, and fails nowhere', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    const { coverage, status } = await reportOf(server);
    await server.query('GRANT pg_monitor TO nightshift_read');
    const gaps = coverage?.gaps ?? [];
    expect(gaps.length).toBeGreaterThan(4);
    for (const gap of gaps.filter(({ check }) => OURS.has(check))) {
      expect(gap, gap.check).toMatchObject({ kind: 'skipped', fix: 'GRANT pg_monitor TO nightshift_read;' });
    }
    expect(status).not.toBe('unknown');
  });
});

/** The checks of what happens now, which this file speaks for. */
const OURS = new Set(
  [
    'autovacuum',
    'connections',
    'idle-in-transaction',
    'locks',
    'long-transactions',
    'replication-lag',
    'role-limits',
  ].map((name) => `postgres.${name}`),
);

describe('a server that takes no sessions', () => {
  it('because it starts is critical, with the reason, and the advice to wait', async () => {
    const server = await startTestPostgres();
    await server.primary.stop('immediate');
    const folder = server.dataDirectory;
    appendFileSync(
      join(folder, 'postgresql.auto.conf'),
      "restore_command = 'until test -e go-on; do sleep 0.1; done; false'\n",
    );
    writeFileSync(join(folder, 'recovery.signal'), '');
    giveTo(folder, findPostgresIdentity());
    const started = server.restart();
    const reason = await until(
      () => unreachedAt(server),
      (one) => one?.reason.startsWith('the server runs but takes no sessions') ?? false,
    );
    expect(reason?.next).toMatch(/^Wait, and follow its log/);
    const report = await reportOf(server);
    expect(report.status).toBe('unknown');
    expect(report.findings[0]).toMatchObject({ severity: 'critical', key: 'postgres.reachable:shop-db-1' });
    expect(report.findings[0]?.next).toMatch(/^Wait/);
    writeFileSync(join(folder, 'go-on'), '');
    await started;
    await server.stop();
  });
});

describe('a server that is only a standby', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ replica: true });
  });
  afterAll(() => server.stop());

  it('is critical, because nobody takes writes, and every check says why it did not answer', async () => {
    const members = server.spec.members.filter(({ role }) => role === 'replica');
    const { environment, spec } = server;
    const report = await reportOf({ environment, spec: { ...spec, members } });
    expect(report.findings[0]).toMatchObject({ key: 'postgres.reachable:primary', severity: 'critical' });
    for (const gap of report.coverage?.gaps ?? []) expect(gap.reason, gap.check).not.toMatch(/question failed/);
    expect(report.coverage?.answered).toBeGreaterThan(0);
  });
});

describe('a database of 20,000 relations', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ settings: { autovacuum: 'off' } });
    // 100,000 would take minutes to make; the questions are the same, and so is the way in which sizes are added up.
    for (let from = 1; from <= 20_000; from += 4000) {
      await server.query(
        `DO $$ BEGIN FOR i IN ${from}..${from + 3999} LOOP EXECUTE format('CREATE TABLE t%s ()', i); END LOOP; END $$`,
      );
    }
  }, 240_000);
  afterAll(() => server.stop());

  it('leaves no gap in the report, and its size is added up instead of walking its files', async () => {
    const [count] = await server.query<{ relations: number }>('SELECT count(*)::int AS relations FROM pg_class');
    expect(count?.relations).toBeGreaterThan(20_000);
    const report = await reportOf(server);
    expect(report.coverage?.gaps).toEqual([]);
    expect(report.facts.find(({ label }) => label === 'Size')?.value).toMatch(/^about /);
  });
});
