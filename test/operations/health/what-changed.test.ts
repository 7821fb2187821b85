import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { remembering, told } from './remembering.ts';

/** A finding that is there at once, whatever the server does. */
const alarming = { 'postgres.connections': { warningRatio: 0 } };

describe.each(installedMajors)('what changed on PostgreSQL %s', (major) => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: { fsync: 'on' } });
  });
  afterAll(() => server.stop());

  it('names a setting that was changed since the last good report', async () => {
    const bot = remembering([server]);
    const good = await bot.report({ minute: 0, subject: 'shop-db' });
    expect(good.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(good.changed).toBeUndefined();
    await server.query("ALTER SYSTEM SET work_mem = '1GB'");
    await server.query('SELECT pg_reload_conf()');
    const bad = await bot.report({ minute: 60, subject: 'shop-db', limits: alarming });
    expect(bad.changed?.since).toBe(bot.iso(0));
    expect(told(bad)).toEqual(['possible · shop-db: `work_mem` 4 MB → 1 GB']);
  });
});
