import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadlocks } from '../../../src/checks/postgres/deadlocks.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const sample = (more: object = {}) => ({
  databases: [{ name: 'shop', deadlocks: 500, commits: 90_000, rollbacks: 10_000, resetAt: null, ...more }],
});
const since = (secondsAgo: number, now: object, before: object = {}) =>
  judged(deadlocks, sample(now), { before: { sample: sample(before), secondsAgo } });

describe('deadlocks', () => {
  it('of all time are no finding', () => {
    expect(judged(deadlocks, sample())).toEqual([]);
    expect(since(3600, {})).toEqual([]);
    expect(since(3600, { deadlocks: 600, resetAt: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('are told when there is one, and warned of from ten an hour and three on', () => {
    expect(since(3600, { deadlocks: 501 })).toMatchObject([
      {
        key: 'postgres.deadlocks:shop',
        severity: 'info',
        sentence: '1 transaction of database `shop` was ended for a deadlock in the last 1 h (warning at 10 an hour).',
      },
    ]);
    expect(since(60, { deadlocks: 502 })[0]?.severity).toBe('info');
    expect(since(3600, { deadlocks: 509 })[0]?.severity).toBe('info');
    expect(since(3600, { deadlocks: 510 })[0]?.severity).toBe('warning');
  });
});

describe('rollbacks', () => {
  it('are told at 20 % and warned of at 50 %, when the database is not used to it', () => {
    expect(since(600, { commits: 90_801, rollbacks: 10_199 })).toEqual([]);
    expect(since(600, { commits: 90_700, rollbacks: 10_300 })[0]?.severity).toBe('info');
    expect(since(600, { commits: 90_500, rollbacks: 10_500 })).toMatchObject([
      {
        key: 'postgres.deadlocks:shop:rollbacks',
        severity: 'warning',
        sentence:
          '50 % of 1,000 transactions of database `shop` were rolled back in the last 10 min (10 % before; warning at 50 %).',
      },
    ]);
  });

  it('are no news for an application that ends every reading transaction so', () => {
    const habit = { commits: 10_000, rollbacks: 90_000 };
    expect(since(600, { commits: 10_100, rollbacks: 90_900 }, habit)).toEqual([]);
  });

  it('say nothing of a handful of transactions', () => {
    expect(since(600, { rollbacks: 10_599 })).toEqual([]);
    expect(since(600, { rollbacks: 10_600 })).toHaveLength(1);
  });
});

describe.each(bothVersions)('deadlocks of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start({ deadlock_timeout: '10ms' });
  });
  afterAll(() => server.stop());

  it('are counted since the earlier look', async () => {
    await server.query('CREATE TABLE pair AS SELECT g AS id, 0 AS n FROM generate_series(1, 2) g');
    const look = () => onPostgres(server, (target) => sampleOf(deadlocks, target));
    const first = await look();
    const [one, two] = [await server.connect('one'), await server.connect('two')];
    const lock = (id: number) => `UPDATE pair SET n = n + 1 WHERE id = ${id}`;
    for (const client of [one, two]) await client.query('BEGIN');
    await one.query(lock(1));
    await two.query(lock(2));
    const ends = await Promise.allSettled([one.query(lock(2)), two.query(lock(1))]);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    await Promise.all([one.end(), two.end()]);
    const find = (now: Awaited<typeof first>) => judged(deadlocks, now, { before: { sample: first, secondsAgo: 60 } });
    const findings = find(await until(look, (now) => find(now).length > 0));
    expect(findings[0]?.sentence).toMatch(/^1 transaction of database `\w+` was ended for a deadlock/);
  });
});
