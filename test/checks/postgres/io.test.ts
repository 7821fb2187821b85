import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { io } from '../../../src/checks/postgres/io.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const sample = (more: object = {}) => ({
  reads: 100_000,
  readBytes: 100_000 * 8192,
  readMs: 1000,
  writes: 100_000,
  clientWrites: 90_000,
  clientSyncs: 5,
  timed: true,
  resetAt: null,
  ...more,
});
const since = (now: object, secondsAgo = 600) => judged(io, sample(now), { before: { sample: sample(), secondsAgo } });

describe('reads and writes', () => {
  it('of all time are no finding, nor are those across a reset', () => {
    expect(judged(io, sample())).toEqual([]);
    expect(since({})).toEqual([]);
    expect(since({ writes: 10, clientWrites: 10 })).toEqual([]);
  });

  it('inform when sessions write half of the pages out themselves', () => {
    expect(since({ writes: 110_000, clientWrites: 94_999 })).toEqual([]);
    expect(since({ writes: 109_999, clientWrites: 99_999 })).toEqual([]);
    expect(since({ writes: 110_000, clientWrites: 95_000 })).toMatchObject([
      { key: 'postgres.io:client-writes', severity: 'info', measure: { value: 50 } },
    ]);
  });

  it('inform when a session had to sync a file', () => {
    expect(since({ clientSyncs: 6 })).toMatchObject([{ key: 'postgres.io:client-syncs', severity: 'info' }]);
  });

  it('inform of slow reads only where time is measured: no time is not zero', () => {
    const slow = { reads: 110_000, readMs: 1000 + 200_000 };
    expect(since({ ...slow, readMs: 1000 + 199_999 })).toEqual([]);
    expect(since(slow)[0]?.sentence).toBe(
      'One read from disk took 20.0 ms on average over 10,000 reads in the last 10 min (told at 20 ms).',
    );
    expect(since({ ...slow, timed: false })).toEqual([]);
    const before = { samples: { read: sample() }, secondsAgo: 10 };
    const now = sample({ reads: 101_280, readBytes: 101_280 * 8192, timed: false });
    expect(io.facts({ read: now }, before)).toEqual([{ label: 'Read from disk', value: '1 MB/s, time not measured' }]);
  });
});

describe.each(bothVersions)('reads and writes of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start({ track_io_timing: 'on', shared_buffers: '1MB' });
  });
  afterAll(() => server.stop());

  it('are counted with their time, as numbers that only grow', async () => {
    const look = async () => (await onPostgres(server, (target) => sampleOf(io, target))) as ReturnType<typeof sample>;
    const first = await look();
    await server.query('CREATE TABLE wide AS SELECT g AS id, md5(g::text) AS body FROM generate_series(1, 30000) g');
    await server.query('SELECT count(*) FROM wide');
    const second = await until(look, (now) => now.reads > first.reads && now.readMs > first.readMs);
    expect(second.readBytes - first.readBytes).toBeGreaterThanOrEqual(8192);
    expect(second.timed).toBe(true);
    expect(second.writes).toBeGreaterThanOrEqual(second.clientWrites);
  });
});
