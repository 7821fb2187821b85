import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASES, SUPPORTED } from '../../../src/checks/postgres/releases.ts';
import { version } from '../../../src/checks/postgres/version.ts';
import type { Json } from '../../../src/core/json.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';
import { versions, type AnyPostgres } from './structure.ts';

const sample = (today: string, ...numbers: [number, number][]) =>
  ({
    today,
    members: numbers.map(([major, minor], index) => ({ member: `db-${index + 1}`, major, minor })),
  }) as unknown as Json;
const newest = (major: number): [number, number] => [major, RELEASES[major]?.newestMinor ?? 0];

describe('version', () => {
  it('is told half a year before its last release, and a warning after it', () => {
    expect(judged(version, sample('2027-05-15', newest(15)))).toEqual([]);
    expect(judged(version, sample('2027-05-16', newest(15)))).toMatchObject([
      {
        key: 'postgres.version:major',
        severity: 'info',
        sentence: 'PostgreSQL 15 gets its last release on 2027-11-11, in 179 d (told from 180 d).',
      },
    ]);
    expect(judged(version, sample('2026-11-28', newest(14)))).toMatchObject([
      { severity: 'warning', sentence: 'PostgreSQL 14 is out of support since 2026-11-12, 16 d ago.' },
    ]);
  });

  it('says so when it is older or newer than what the checks are made for', () => {
    expect(judged(version, sample('2026-11-28', newest(13)))[0]).toMatchObject({
      severity: 'warning',
      sentence: expect.stringMatching(
        /^PostgreSQL 13 is out of support .*; Nightshift's checks are made for 14 to 18 and may miss something\.$/,
      ),
    });
    expect(judged(version, sample('2026-11-28', [19, 1]))[0]).toMatchObject({
      severity: 'info',
      sentence: expect.stringContaining('PostgreSQL 19 was not known when this was written'),
    });
  });

  it('knows a newer minor release only up to the day when it was written, and says that day', () => {
    expect(judged(version, sample('2026-11-28', [18, 1], newest(18)))).toMatchObject([
      {
        key: 'postgres.version:minor',
        severity: 'info',
        sentence: 'db-1 runs PostgreSQL 18.1, and 18.6 was out in August 2026 (told from 3 releases behind).',
      },
      { key: 'postgres.version:difference', severity: 'info' },
    ]);
    expect(judged(version, sample('2026-11-28', [18, 4]))).toEqual([]);
    expect(judged(version, sample('2026-11-28', [18, 99]))).toEqual([]);
  });

  it('has a date for every version that the checks are made for', () => {
    for (let major = SUPPORTED.from; major <= SUPPORTED.to; major += 1) {
      expect(RELEASES[major]?.endsOn, String(major)).toMatch(/^20\d\d-11-\d\d$/);
    }
  });
});

describe.each(versions)('version of PostgreSQL $version', ({ version: major, start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('is what the server says, with its own date', async () => {
    const seen = await onPostgres(server, (target) => sampleOf(version, target));
    expect(seen).toMatchObject({ today: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), members: [{ major }] });
    expect(version.facts({ read: seen })[0]?.value).toMatch(new RegExp(`^${major}\\.\\d+$`));
  });
});
