import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createShaper } from '../../../src/operations/explain/statement-id.ts';
import { whyOf } from '../../../src/operations/explain/why.ts';
import type { Why } from '../../../src/operations/explain/why-types.ts';
import { onPostgres } from '../../checks/looking.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { situations } from './situations.ts';

const TEXTS = `select query from pg_stat_statements s join pg_roles r on r.oid = s.userid where r.rolname = 'app'`;

describe.each(installedMajors)('why a statement is slow, on PostgreSQL %d', (major) => {
  let server: TestPostgres;
  const whys = new Map<string, Why>();

  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: { autovacuum: 'off', jit: 'off' } });
    const admin = await server.connect('admin');
    await admin.query(`create role app login password 'app-password'`);
    // Each on a connection of its own: what a session did is counted for all when it ends.
    for (const { seed } of situations) for (const sql of seed) await server.query(sql);
    await admin.query('grant all on all tables in schema public to app');
    await admin.query('grant select on all tables in schema public to nightshift_read');
    const url = new URL(server.url);
    url.username = 'app';
    url.password = 'app-password';
    const app = new pg.Client({ connectionString: url.href });
    await app.connect();
    for (const { run } of situations) await run(app);
    await app.end();
    await admin.query('select pg_stat_force_next_flush()').catch(() => undefined);
    await admin.end();
    const shape = createShaper();
    const texts = await server.query<{ query: string }>(TEXTS);
    const ids = situations.map(({ marker }) => shape(texts.find(({ query }) => marker.test(query))?.query ?? '').id);
    const answers = await onPostgres(server, (target) => whyOf(target, { ids }));
    for (const [n, { name }] of situations.entries()) whys.set(name, answers[ids[n] ?? ''] as Why);
    if (process.env['SHOW']) for (const [name, why] of whys) console.log(name, JSON.stringify(why, null, 1));
  }, 180_000);
  afterAll(() => server?.stop());

  it.each(situations)('$name: $reason comes first', ({ name, reason, says, sql }) => {
    const why = whys.get(name);
    expect(why?.noPlan).toBeNull();
    expect(why?.reasons[0]).toMatchObject({ kind: reason, sentence: expect.stringMatching(says) as string });
    if (sql) expect(why?.advice[0]?.sql.join(' ').replaceAll(/\s+/g, ' ')).toMatch(sql);
  });

  it('shows no value of anybody and fits on a phone', () => {
    for (const why of whys.values()) {
      expect(why.plan?.lines.length).toBeLessThanOrEqual(12);
      for (const line of why.plan?.lines ?? []) expect(line.length).toBeLessThanOrEqual(60);
      expect(JSON.stringify(why)).not.toMatch(/example\.com|\$\d/);
    }
  });
});
