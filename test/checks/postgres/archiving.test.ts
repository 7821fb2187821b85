import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiving } from '../../../src/checks/postgres/archiving.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const sample = (more: object = {}) => ({
  mode: 'on',
  archived: 900,
  failed: 0,
  archivedSecondsAgo: 60,
  failedSecondsAgo: null,
  failedFile: null,
  hasCommand: true,
  waiting: 0,
  oldestSeconds: null,
  ...more,
});
const failing = { failed: 9, failedSecondsAgo: 20, archivedSecondsAgo: 9000 };
const only = (more: object) => judged(archiving, sample(more))[0];

describe('archiving', () => {
  it('is a fact when it is off, and silent while the last attempt succeeded', () => {
    expect(only({ mode: 'off', ...failing })).toBeUndefined();
    expect(archiving.facts({ read: sample({ mode: 'off' }) })).toEqual([
      { label: 'WAL archiving', value: 'off (archive_mode)' },
    ]);
    expect(only({})).toBeUndefined();
    expect(only({ failed: 9, failedSecondsAgo: 90 })).toBeUndefined();
  });

  it('is a warning while it fails and critical after 15 min, counted from the oldest segment that waits', () => {
    expect(only({ ...failing, waiting: 2, oldestSeconds: 899 })).toMatchObject({
      severity: 'warning',
      sentence: 'WAL archiving fails for 14 min (9 failures since the reset, critical after 15 min); 2 segments wait.',
    });
    expect(only({ ...failing, waiting: 2, oldestSeconds: 900 })?.severity).toBe('critical');
  });

  it('says "at most" where it cannot see what waits', () => {
    expect(only({ ...failing, waiting: null })?.sentence).toContain('fails for at most 2 h 30 min');
  });

  it('names a command that hangs without failing, and does not page for one that is only behind', () => {
    expect(only({ waiting: 3, oldestSeconds: 299, archivedSecondsAgo: 9000 })).toBeUndefined();
    expect(only({ waiting: 3, oldestSeconds: 300, archivedSecondsAgo: 9000 })?.severity).toBe('warning');
    expect(only({ waiting: 3, oldestSeconds: 900, archivedSecondsAgo: 9000 })).toMatchObject({
      severity: 'critical',
      sentence: expect.stringContaining('the archive command hangs'),
    });
    expect(only({ waiting: 300, oldestSeconds: 9000, archivedSecondsAgo: 2 })).toMatchObject({
      severity: 'warning',
      sentence: expect.stringContaining('it works and is behind'),
    });
  });
});

describe.each(bothVersions)('archiving of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start({ archive_mode: 'on' });
  });
  afterAll(() => server.stop());

  const look = () => onPostgres(server, (target) => sampleOf(archiving, target));
  const command = async (text: string) => {
    await server.query(`ALTER SYSTEM SET archive_command = '${text}'`);
    await server.query('SELECT pg_reload_conf()');
  };
  const fillASegment = async (table: string) => {
    await server.query(`CREATE TABLE ${table} AS SELECT 1 AS x`);
    await server.query('SELECT pg_switch_wal()');
  };
  const sentence = (now: Awaited<ReturnType<typeof look>>, limits = {}) =>
    judged(archiving, now, { limits })[0]?.sentence ?? '';

  it('is found without a command, failing, hanging, and in order', async () => {
    await fillASegment('a');
    const bare = await until(look, (now) => sentence(now).includes('1 segment so far'));
    expect(sentence(bare)).toContain('neither archive_command nor archive_library is set');
    await command('echo canary; false');
    const failed = await until(look, (now) => sentence(now).startsWith('WAL archiving fails'));
    expect(sentence(failed)).toMatch(/^WAL archiving fails for \d+ s \(\d+ failures? since .*; 1 segment waits/);
    expect(JSON.stringify(failed)).not.toContain('canary');
    await command('true');
    // The archiver tries again after a minute, or when the next segment is full.
    await fillASegment('b');
    const well = await until(look, (now) => sentence(now) === '' && (now as { archived: number }).archived >= 2);
    expect(well).toMatchObject({ waiting: 0, hasCommand: true });
    // It hangs for as long as it takes to see that.
    await command('until test -e go-on; do sleep 0.1; done');
    await fillASegment('c');
    const hanging = await until(look, (now) => (now as { waiting: number }).waiting === 1);
    await server.query(`COPY (SELECT 1) TO PROGRAM 'touch go-on'`);
    expect(sentence(hanging, { warningWaitSeconds: 0 })).toContain('the archive command hangs');
    await command('true');
  });
});
