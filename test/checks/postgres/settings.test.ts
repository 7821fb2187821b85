import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings } from '../../../src/checks/postgres/settings.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';
import { versions, type AnyPostgres } from './structure.ts';

const GIB = 1024 ** 3;
const good = {
  fsync: 'on',
  full_page_writes: 'on',
  zero_damaged_pages: 'off',
  ignore_checksum_failure: 'off',
  log_min_duration_statement: '1000',
  log_min_duration_sample: '-1',
  log_lock_waits: 'on',
  log_temp_files: '0',
  log_checkpoints: 'on',
  log_autovacuum_min_duration: '600000',
  track_io_timing: 'on',
  track_activities: 'on',
  compute_query_id: 'auto',
  shared_buffers: '131072',
  block_size: '8192',
  work_mem: '65536',
  max_connections: '100',
};
const sample = (changed: object = {}, more: object = {}) =>
  ({ settings: { ...good, ...changed }, pending: [], storageOfItsOwn: false, ...more }) as unknown as Json;
const severities = (found: { key: string; severity: string }[]) => found.map(({ key, severity }) => [key, severity]);

describe('settings', () => {
  it('are silent when all is well', () => {
    expect(judged(settings, sample())).toEqual([]);
  });

  it('alarm when they endanger data, but not about the storage of Aurora', () => {
    const bad = { fsync: 'off', full_page_writes: 'off', zero_damaged_pages: 'on', ignore_checksum_failure: 'on' };
    expect(severities(judged(settings, sample(bad)))).toEqual([
      ['postgres.settings:fsync', 'critical'],
      ['postgres.settings:full_page_writes', 'warning'],
      ['postgres.settings:zero_damaged_pages', 'critical'],
      ['postgres.settings:ignore_checksum_failure', 'critical'],
    ]);
    expect(judged(settings, sample(bad, { storageOfItsOwn: true }))).toHaveLength(2);
    expect(judged(settings, sample({ fsync: 'off' }))[0]?.next).toContain('ALTER SYSTEM SET fsync = on;');
  });

  it('that leave diagnosis in the dark are one piece of information, with one line that mends them', () => {
    const [finding, ...others] = judged(settings, sample({ log_lock_waits: 'off', track_io_timing: 'off' }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      key: 'postgres.settings:blind',
      severity: 'info',
      sentence:
        '2 of 8 settings that explain an incident are off: log_lock_waits (who waited for whom), track_io_timing (time spent on the disk).',
      next: 'Switch these on with ALTER SYSTEM SET and SELECT pg_reload_conf(), or in the parameter group; none needs a restart: log_lock_waits = on, track_io_timing = on.',
    });
  });

  it('take a sample of slow statements for a log of them', () => {
    const sampled = { log_min_duration_statement: '-1', log_min_duration_sample: '100' };
    expect(judged(settings, sample(sampled))).toEqual([]);
  });

  it('are compared with the memory only where somebody said how much there is', () => {
    // 1 GB of shared_buffers and 100 × 64 MB are 7.25 GB.
    expect(judged(settings, sample(), { limits: { memoryBytes: 8 * GIB } })).toEqual([]);
    expect(judged(settings, sample(), { limits: { memoryBytes: 4 * GIB } })).toMatchObject([
      { key: 'postgres.settings:memory', severity: 'info', measure: { value: 181 } },
    ]);
  });

  it('that wait for a restart are told', () => {
    expect(judged(settings, sample({}, { pending: ['max_connections'] }))[0]?.sentence).toBe(
      '1 changed setting waits for a restart: max_connections.',
    );
  });
});

describe.each(versions)('settings of PostgreSQL $version', ({ version, start }) => {
  let server: AnyPostgres;
  const look = () => onPostgres(server, (target) => sampleOf(settings, target));
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('are read by every name that is asked for, with those that wait for a restart', async () => {
    const seen = (await look()) as { settings: Record<string, string> };
    const missing = Object.keys(good).filter((name) => typeof seen.settings[name] !== 'string');
    expect({ version, missing }).toEqual({ version, missing: [] });
    await server.query('ALTER SYSTEM SET max_files_per_process = 777');
    await server.query('ALTER SYSTEM SET zero_damaged_pages = on');
    await server.query('SELECT pg_reload_conf()');
    const keys = await until(
      async () => judged(settings, await look()).map(({ key }) => key),
      (now) =>
        now.includes('postgres.settings:zero_damaged_pages') && now.includes('postgres.settings:pending-restart'),
    );
    expect(keys.length).toBeGreaterThan(1);
  });

  it('are not judged by a role that sees only some of them', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    expect(await onPostgres(server, (target) => ask(settings, target))).toHaveProperty('skipped');
    await server.query('GRANT pg_monitor TO nightshift_read');
  });
});
