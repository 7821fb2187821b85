import { describe, expect, it } from 'vitest';
import { whyTooBig } from '../../../src/operations/backup/too-big.ts';

const GB = 1e9;
const about = { target: 'shop-db', seconds: 870, maxRateBytes: null };
/** A full backup of so many bytes that took so many seconds. */
const last = (plainBytes: number, seconds: number) => ({
  files: [{ key: 'base.tar.gz', sizeBytes: plainBytes / 4, plainBytes, sha256: '' }],
  startedAt: '2026-11-29T02:00:00.000Z',
  endedAt: new Date(Date.parse('2026-11-29T02:00:00Z') + seconds * 1000).toISOString(),
});

describe('a full backup', () => {
  it('is taken where it fits the time', () => {
    expect(whyTooBig({ ...about, sizeBytes: 40 * GB })).toBeUndefined();
  });

  it('is refused before a byte where it does not, with the command that takes it elsewhere', () => {
    expect(whyTooBig({ ...about, sizeBytes: 200 * GB })).toMatch(
      /^shop-db has .*, which would take \d.* at an assumed .*\/s, and there are \d+ min here\. .*npx nightshift backup shop-db full --here\.$/,
    );
  });

  it('is measured by the last one', () => {
    expect(whyTooBig({ ...about, sizeBytes: 100 * GB, last: last(100 * GB, 600) })).toBeUndefined();
    expect(whyTooBig({ ...about, sizeBytes: 30 * GB, last: last(10 * GB, 600) })).toMatch(/would take 30 min at /);
  });

  it('is never faster than the config lets it be', () => {
    const slow = { ...about, maxRateBytes: 10e6, last: last(100 * GB, 600) };
    expect(whyTooBig({ ...slow, sizeBytes: 20 * GB })).toMatch(/would take 33 min/);
  });
});
