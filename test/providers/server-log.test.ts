import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestOf, partsAfter, positionAfter } from '../../src/providers/server-log/parts.ts';
import { firstTimeIn, lastTimeIn } from '../../src/providers/server-log/time-in.ts';
import { onPostgres } from '../checks/looking.ts';
import { hear, LOG_SETTINGS, memberLogContract } from '../contracts/member-log.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres({ settings: LOG_SETTINGS });
});
afterAll(() => server.stop());

memberLogContract('asked of the server itself', {
  server: () => server,
  withLog: (work) => onPostgres(server, async ({ logs: [log] = [] }) => work(log!)),
});

describe('the log of a server', () => {
  it('of which much is older is found by halves: little before the asked time is read', async () => {
    await server.query(`do $$ begin for n in 1..4000 loop raise log 'old %', repeat('x', 500); end loop; end $$`);
    await server.query('select pg_sleep(2.1)');
    const since = new Date(Date.now() - 1000).toISOString();
    await server.query(`do $$ begin raise log 'young'; end $$`);
    await onPostgres(server, async ({ logs: [log] = [] }) => {
      const { text, bytes, why } = await hear(log!, { since });
      expect(text).toContain('young');
      expect(bytes).toBeLessThan(100_000);
      expect(why).toBeUndefined();
      const last = await hear(
        log!,
        { since: new Date(Date.now() - 600_000).toISOString() },
        { bytes: 50_000, seconds: 9 },
      );
      expect(last.text).toContain('young');
      expect(last.why).toMatch(/the log has .* of that time, the last 48.8 kB were read/);
      expect(Date.parse(last.from)).toBeGreaterThan(Date.now() - 60_000);
    });
  });

  it('is read whatever else lies beside it', async () => {
    writeFileSync(join(server.dataDirectory, 'log', 'back\\slash.log'), 'no log of the server\n');
    await onPostgres(server, async ({ logs: [log] = [] }) => {
      const files = await log!.files();
      expect('sample' in files ? files.sample.map(({ name }) => name) : files).not.toContain('back\\slash.log');
      const { text } = await hear(log!, { since: new Date(Date.now() - 600_000).toISOString() });
      expect(text).toContain('young');
    });
  });

  it('is skipped with the fix where a right, or a setting, is missing', async () => {
    await server.query('drop function nightshift.read_log');
    await onPostgres(server, async ({ logs: [log] = [] }) => {
      expect(await log!.form()).toEqual({
        skipped: 'nightshift_read may not read the log of shop-db-1',
        fix: expect.stringContaining('infra/migrations/init-database.sql') as string,
      });
    });
    await server.query('revoke pg_monitor from nightshift_read');
    await onPostgres(server, async ({ logs: [log] = [] }) => {
      expect(await log!.form()).toMatchObject({ fix: 'GRANT pg_monitor TO nightshift_read;' });
    });
  });
});

const listed = (name: string, text: string) => ({
  name,
  sizeBytes: text.length,
  modifiedAt: '2026-11-28T02:00:00.000Z',
  head: Buffer.from(text).subarray(0, 128),
});

describe('what is to be read', () => {
  it('after a position are the ends of files that grew, new files, and all of a file that begins otherwise', () => {
    const before = [listed('a', 'one\n'), listed('b', 'two\n')];
    const { files = {} } = positionAfter(before, [], new Map(), '2026-11-28T02:00:00.000Z');
    const now = [listed('a', 'another\n'), listed('b', 'two\nthree\n'), listed('c', 'four\n')];
    expect(partsAfter(now, files)).toEqual({
      parts: [
        { name: 'a', from: 0, to: 8 },
        { name: 'b', from: 4, to: 10 },
        { name: 'c', from: 0, to: 5 },
      ],
      anew: ['a'],
    });
    expect(partsAfter(before, files)).toEqual({ parts: [], anew: [] });
  });

  it('keeps of a file that nobody has begun to read that it is unread', () => {
    const files = [listed('a', 'one\n')];
    const parts = [{ name: 'a', from: 0, to: 4 }];
    const hash = createHash('sha256').update('one\n').digest('hex').slice(0, 16);
    expect(positionAfter(files, parts, new Map(), 'now')).toEqual({
      at: 'now',
      files: { a: { offset: 0, headBytes: 4, head: hash } },
    });
  });

  it('of more than the budget is the newest', () => {
    const parts = [
      { name: 'a', from: 0, to: 100 },
      { name: 'b', from: 0, to: 50 },
    ];
    expect(newestOf(parts, 60)).toEqual({
      parts: [
        { name: 'a', from: 90, to: 100 },
        { name: 'b', from: 0, to: 50 },
      ],
      left: 90,
    });
  });
});

describe('the time of a line', () => {
  const log = Buffer.from(
    `the end of a line 2026-11-28 01:00:00\n[7] 2026-11-28 02:00:01.123 CET LOG:  a\n\tmore\n2026-11-28 02:00:03 CET [7] LOG:  b\n`,
  );
  it('is that at its beginning, whatever the prefix has before it, in the time of the log', () => {
    expect(firstTimeIn(log.subarray(log.indexOf('\n')), 3600)).toBe(Date.parse('2026-11-28T01:00:01Z'));
    expect(lastTimeIn(log, 3600)).toBe(Date.parse('2026-11-28T01:00:03Z'));
    expect(firstTimeIn(Buffer.from('1764295201.500 [7] LOG:  a\n'), 3600)).toBe(1_764_295_201_000);
    expect(firstTimeIn(Buffer.from('no time\n'), 0)).toBeUndefined();
  });
});
