import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';
import { installedMajors } from '../../../servers/postgres-majors.ts';
import { done, makeStore, QUICK, startOn, sumsAt, unpack, verifyBackup, withCopies, workIn } from './backing-up.ts';

// Servers are copied and started again, beside whatever else the machine does.
vi.setConfig({ testTimeout: 300_000 });

describe.each(installedMajors)('PostgreSQL %i', (major) => {
  let server: TestPostgres;
  const place = makeStore();
  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: QUICK });
    await server.query(
      `CREATE TABLE customers AS SELECT g AS id, md5(g::text) AS name FROM generate_series(1, 20000) g`,
    );
    await server.query(`CREATE UNLOGGED TABLE baskets AS SELECT 1 AS id`);
    await server.query('CHECKPOINT');
  });
  afterAll(async () => await server.stop());

  test('a look says from whom, how much, and of which system', async () => {
    const looked = await withCopies(server, (copies) => copies.look());
    const [control] = await server.query<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    expect(looked).toMatchObject({
      done: { member: 'shop-db-1', passedOver: [], systemId: control?.id, timeline: 1 },
    });
    if ('refused' in looked) throw new Error(looked.refused);
    expect(looked.done.sizeBytes).toBeGreaterThan(1_000_000);
    expect(looked.done.whyNoIncrement).toContain(major === 15 ? '17 and later' : 'summarize_wal is off: ALTER SYSTEM');
  });

  const compressions = major === 15 ? (['gzip'] as const) : (['none', 'zstd'] as const);
  test.each(compressions)('a full backup (%s) starts again with the same rows', async (compression) => {
    const seen: number[] = [];
    const work = workIn(place, { compression, progress: ({ doneBytes }) => void seen.push(doneBytes) });
    const record = done(await withCopies(server, (copies) => copies.full(work)));
    expect(record).toMatchObject({ kind: 'full', member: 'shop-db-1', brokenPages: [], compression });
    expect(record.filesVerified).toBeGreaterThan(900);
    expect(seen.at(-1)).toBeGreaterThan(20_000_000);
    const [key = ''] = record.files.map((file) => file.key);
    const written: unknown = JSON.parse(readFileSync(join(place.directory, key, '..', 'done.json'), 'utf8'));
    expect(written).toEqual(record);
    const data = await unpack(place, record, 'restored');
    if (major === 15) verifyBackup(data);
    const restored = await startOn(data, major);
    try {
      expect(await sumsAt(restored.port)).toEqual({ ...(await sumsAt(server.port)), 'public.baskets': '0 ' });
    } finally {
      await restored.stop();
    }
  });

  test('a label that was used already is refused, and what was there stays', async () => {
    const work = workIn(place);
    done(await withCopies(server, (copies) => copies.full(work)));
    const again = await withCopies(server, (copies) => copies.full(work));
    expect(again).toEqual({ refused: expect.stringContaining('already') });
    expect(existsSync(place.directory)).toBe(true);
  });
});
