import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connections } from '../../../src/checks/postgres/connections.ts';
import { settings } from '../../../src/checks/postgres/settings.ts';
import { version } from '../../../src/checks/postgres/version.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { changed, onPostgres, sampleOf, until } from '../looking.ts';

const sessions = (applications: Readonly<Record<string, number>>, moreApplications = 0) => {
  const listed = Object.entries(applications).map(([application, count]) => ({
    application,
    sessions: count,
    idle: 0,
  }));
  return { used: 0, usable: 100, applications: listed, moreApplications } as unknown as Json;
};
const told = (good: Json, now: Json) =>
  changed(connections, { sample: good }, { sample: now }).map(({ sentence }) => sentence);

describe('sessions by application', () => {
  it('name an application with many times as many, and one that is new', () => {
    expect(told(sessions({ web: 12, cron: 2 }), sessions({ web: 180, billing: 40, cron: 3 }))).toEqual([
      'application `web`: 12 → 180 sessions',
      'application `billing`: 0 → 40 sessions',
    ]);
  });

  it('do not call new what was too small to be listed', () => {
    expect(told(sessions({ web: 40, cron: 30 }, 4), sessions({ web: 40, billing: 35 }, 4))).toEqual([]);
  });
});

describe('the servers', () => {
  const server = (member: string, more: object = {}) => ({
    member,
    major: 18,
    minor: 4,
    inRecovery: false,
    startedAt: '2026-11-01T00:00:00.000Z',
    workersSince: '2026-11-01T00:00:01.000Z',
    ...more,
  });
  const sample = (...members: object[]) => ({ today: '2026-11-24', members }) as unknown as Json;

  it('name a failover and an update', () => {
    const good = sample(server('shop-db-1'), server('shop-db-2', { inRecovery: true }));
    const now = sample(server('shop-db-2', { minor: 6 }));
    expect(changed(version, { sample: good }, { sample: now })).toMatchObject([
      { kind: 'failover', sentence: 'failover: shop-db-2 takes writes instead of shop-db-1', size: 1 },
      { kind: 'restart', sentence: 'shop-db-2 runs PostgreSQL 18.6 instead of 18.4' },
    ]);
  });
});

describe.each(installedMajors)('a server of PostgreSQL %s', (major) => {
  let server: TestPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(version, target));
  beforeAll(async () => {
    server = await startTestPostgres({ major });
  });
  afterAll(() => server.stop());

  it('that crashed and recovered by itself is told from one that was restarted', async () => {
    // A server that came up a moment ago may start its workers late: what is compared begins here.
    const aged = (await look()) as unknown as { members: { startedAt: string; workersSince: string }[] };
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    for (const member of aged.members) Object.assign(member, { startedAt: hourAgo, workersSince: hourAgo });
    const now = (await look()) as unknown as { members: { startedAt: string }[] };
    for (const member of now.members) Object.assign(member, { startedAt: hourAgo });
    expect(changed(version, { sample: aged }, { sample: now })).toMatchObject([
      { kind: 'restart', sentence: 'shop-db-1 crashed and recovered' },
    ]);
  });

  it('that was restarted says when', async () => {
    const good = await look();
    expect(changed(version, { sample: good }, { sample: await look() })).toEqual([]);
    await server.primary.stop('fast');
    await server.primary.restart();
    const [one, ...others] = changed(version, { sample: good }, { sample: await look() });
    expect(one).toMatchObject({ kind: 'restart', sentence: 'shop-db-1 was restarted', size: 1 });
    expect(Date.now() - Date.parse(one?.at ?? '')).toBeLessThan(60_000);
    expect(others).toEqual([]);
  });

  it('keeps no text of a setting that may hold a secret', async () => {
    await server.query("ALTER SYSTEM SET archive_command = 'curl -u bot:s3cr3t'");
    await server.query("ALTER SYSTEM SET primary_conninfo = 'host=x password=s3cr3t'");
    await server.query("ALTER DATABASE shop SET shop.token = 's3cr3t'");
    await server.query("ALTER ROLE nightshift_copy SET work_mem = '99MB'");
    await server.query('ALTER SYSTEM SET random_page_cost = 1.1');
    await server.query('SELECT pg_reload_conf()');
    const seen = await until(
      () => onPostgres(server, (target) => sampleOf(settings, target)),
      (one) => JSON.stringify(one).includes('random_page_cost'),
    );
    expect(JSON.stringify(seen)).not.toContain('s3cr3t');
    expect(JSON.stringify(seen).length).toBeLessThan(4000);
    expect((seen as { setFor: unknown }).setFor).toEqual([
      { role: 'nightshift_copy', database: null, name: 'work_mem', value: '99MB' },
    ]);
  });
});
