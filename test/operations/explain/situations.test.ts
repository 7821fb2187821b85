import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyOf } from '../../../src/operations/explain/why.ts';
import type { Why } from '../../../src/operations/explain/why-types.ts';
import { onPostgres } from '../../checks/looking.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { connectApp, CREATE_APP, idsOf } from './app-client.ts';
import { situations } from './situations.ts';

describe.each(installedMajors)('why a statement is slow, on PostgreSQL %d', (major) => {
  let server: TestPostgres;
  const whys = new Map<string, Why>();

  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: { autovacuum: 'off', jit: 'off' } });
    await server.query(CREATE_APP);
    // Each on a connection of its own: what a session did is counted for all when it ends.
    for (const { seed } of situations) for (const sql of seed) await server.query(sql);
    await server.query('grant all on all tables in schema public to app');
    await server.query('grant select on all tables in schema public to nightshift_read');
    const app = await connectApp(server);
    for (const { run } of situations) await run(app);
    await app.end();
    const ids = await idsOf(
      server,
      situations.map(({ marker }) => marker),
    );
    const answers = await onPostgres(server, (target) => whyOf(target, { ids }));
    for (const [n, { name }] of situations.entries()) whys.set(name, answers[ids[n] ?? ''] as Why);
  });
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
