import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpoints } from '../../../src/checks/postgres/checkpoints.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const MIB = 1024 ** 2;
const sample = (more: object = {}) => ({
  timed: 100,
  requested: 10,
  done: null,
  writeMs: 1000,
  syncMs: 1000,
  blocks: 1,
  resetAt: '2026-01-01T00:00:00Z',
  walBytes: 1000 * MIB,
  mostWalBytes: 1024 * MIB,
  timeoutSeconds: 300,
  tooOftenSeconds: 30,
  ...more,
});
const since = (secondsAgo: number, now: object) =>
  judged(checkpoints, sample(now), { before: { sample: sample(), secondsAgo } });

describe('checkpoints', () => {
  it('give no finding without an earlier look, across a reset, or when a counter went backwards', () => {
    expect(judged(checkpoints, sample({ requested: 9000 }))).toEqual([]);
    expect(since(60, { requested: 9000, resetAt: '2026-01-02T00:00:00Z' })).toEqual([]);
    expect(since(60, { requested: 9000, timed: 99 })).toEqual([]);
  });

  it('stay silent while they come by the clock, and about a base backup or two', () => {
    expect(since(3600, { timed: 112, requested: 12 })).toEqual([]);
    expect(since(60, { requested: 12 })).toEqual([]);
  });

  it('are told when the WAL is full more often than every 2 min, and warned of below 30 s for half an hour', () => {
    expect(since(600, { requested: 15 })).toEqual([]);
    expect(since(600, { requested: 16 })).toMatchObject([
      {
        key: 'postgres.checkpoints:requested',
        severity: 'info',
        sentence:
          '6 checkpoints in the last 10 min came because the WAL was full, one every 1 min (told below 2 min; by the clock one every 5 min).',
      },
    ]);
    expect(since(1800, { requested: 70 })[0]?.severity).toBe('info');
    expect(since(1800, { requested: 71 })[0]?.severity).toBe('warning');
  });

  it('warn when each waits half a minute for the storage', () => {
    expect(since(600, { timed: 102, syncMs: 1000 + 59_999 })).toEqual([]);
    expect(since(600, { timed: 102, syncMs: 1000 + 60_000 })[0]?.key).toBe('postgres.checkpoints:sync');
  });

  it('show the rate of WAL since the earlier look', () => {
    const before = { samples: { read: sample() }, secondsAgo: 100 };
    expect(checkpoints.facts({ read: sample({ walBytes: 1100 * MIB }) }, before)).toEqual([
      { label: 'WAL', value: '1 MB/s' },
    ]);
    expect(checkpoints.facts({ read: sample({ walBytes: 0 }) }, before)).toEqual([]);
    expect(checkpoints.facts({ read: sample() })).toEqual([]);
  });
});

describe.each(bothVersions)('checkpoints of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('are counted by what asked for them, and the WAL by its position', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(checkpoints, target));
    const first = (await look()) as ReturnType<typeof sample>;
    expect(first).toMatchObject({ timeoutSeconds: 300, tooOftenSeconds: 30 });
    for (let n = 0; n < 3; n += 1) await server.query(`CREATE TABLE c${n} AS SELECT 1 AS x; CHECKPOINT`);
    const wanted = (now: unknown) => (now as typeof first).requested >= first.requested + 3;
    const second = (await until(look, wanted)) as typeof first;
    expect(second.walBytes).toBeGreaterThan(first.walBytes);
    expect(judged(checkpoints, second, { before: { sample: first, secondsAgo: 60 } })).toMatchObject([
      { key: 'postgres.checkpoints:requested', severity: 'info' },
    ]);
  });
});
