import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checksums } from '../../../src/checks/postgres/checksums.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';

const member = (name: string, failures: number, setting = 'on') => ({
  member: name,
  checksums: setting,
  failures,
  lastFailureAt: failures > 0 ? '2026-11-01T02:03:04.000Z' : null,
  databases: failures > 0 ? ['shop'] : [],
});
const sample = (...members: object[]) => ({ members }) as unknown as Json;

describe('checksums', () => {
  it('are critical from the first failure on any member', () => {
    expect(judged(checksums, sample(member('a', 0), member('b', 0)))).toEqual([]);
    expect(judged(checksums, sample(member('a', 0), member('b', 2)))).toMatchObject([
      {
        key: 'postgres.checksums:b',
        severity: 'critical',
        sentence: 'b read 2 pages whose checksum was wrong in shop, the last at 2026-11-01 02:03 UTC (critical at 1).',
      },
    ]);
  });

  it('are information where they are off', () => {
    expect(judged(checksums, sample(member('a', 0, 'off'), member('b', 0)))).toMatchObject([
      { key: 'postgres.checksums:off', severity: 'info', evidence: { members: ['a'] } },
    ]);
  });
});

describe('checksums of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  it('notice a page that the disk damaged', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(checksums, target));
    expect(judged(checksums, await look())).toEqual([]);
    await server.query('CREATE TABLE damaged AS SELECT generate_series(1, 2000) AS id');
    const [file] = await server.query<{ path: string }>("SELECT pg_relation_filepath('damaged') AS path");
    await server.query('CHECKPOINT');
    await server.primary.stop();
    const handle = openSync(join(server.dataDirectory, file?.path ?? ''), 'r+');
    writeSync(handle, Buffer.alloc(64, 0x55), 0, 64, 4096);
    closeSync(handle);
    await server.primary.restart();
    await expect(server.query('SELECT count(*) FROM damaged')).rejects.toThrow(/invalid page/);
    const seen = await until(look, (now) => judged(checksums, now).length > 0);
    expect(judged(checksums, seen)[0]).toMatchObject({ key: 'postgres.checksums:shop-db-1', severity: 'critical' });
  });
});
