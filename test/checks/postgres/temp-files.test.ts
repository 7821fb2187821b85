import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFiles } from '../../../src/checks/postgres/temp-files.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const GIB = 1024 ** 3;
const sample = (bytes: number, more: object = {}) => ({
  workMem: '4MB',
  databases: [{ name: 'shop', files: 10 + bytes / GIB, bytes, resetAt: null, ...more }],
});
const since = (secondsAgo: number, bytes: number, more: object = {}) =>
  judged(tempFiles, sample(bytes, more), { before: { sample: sample(0), secondsAgo } });

describe('temporary files', () => {
  it('of all time are no finding, nor are those across a reset', () => {
    expect(judged(tempFiles, sample(9000 * GIB))).toEqual([]);
    expect(since(60, 9000 * GIB, { resetAt: '2026-01-01T00:00:00Z' })).toEqual([]);
  });

  it('are told from 1 MB a second and 512 MB together on', () => {
    expect(since(60, GIB / 2 - 1)).toEqual([]);
    expect(since(1100, GIB)).toEqual([]);
    expect(since(600, GIB)).toMatchObject([
      {
        key: 'postgres.temp-files:shop',
        severity: 'info',
        sentence:
          'Database `shop` wrote 1 temporary file of 1 GB together in the last 10 min: 1.7 MB a second (told at 1 MB).',
      },
    ]);
  });

  it('are warned of at 100 MB a second when that lasts half an hour, as no index build does', () => {
    expect(since(600, 100 * GIB)[0]?.severity).toBe('info');
    expect(since(1800, 180 * GIB)[0]?.severity).toBe('warning');
  });
});

describe.each(bothVersions)('temporary files of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('are counted when a statement sorts on disk, the first ones too', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(tempFiles, target));
    const first = await look();
    await server.query(
      "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT md5(g::text) AS x FROM generate_series(1, 50000) g ORDER BY 1) s",
    );
    const limits = { leastBytes: 1000, infoBytesPerSecond: 1 };
    const find = (now: Awaited<typeof first>) =>
      judged(tempFiles, now, { limits, before: { sample: first, secondsAgo: 60 } });
    const [finding] = find(await until(look, (now) => find(now).length > 0));
    expect(finding?.sentence).toMatch(/^Database `(shop|postgres)` wrote \d+ temporary files? of \d/);
    expect(finding?.next).toContain('work_mem (now 4MB)');
  });
});
