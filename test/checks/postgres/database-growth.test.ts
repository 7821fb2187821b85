import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseGrowth } from '../../../src/checks/postgres/database-growth.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';

const GIB = 1024 ** 3;
const sample = (sizeBytes: number) => ({
  databases: [{ database: 'shop', sizeBytes, estimated: false }],
  totalBytes: sizeBytes,
  more: 0,
  unseen: 0,
});
const grown = (fromGib: number, toGib: number, secondsAgo = 86_400) =>
  judged(databaseGrowth, sample(toGib * GIB), { before: { sample: sample(fromGib * GIB), secondsAgo } });

describe('database growth', () => {
  it('gives no finding without an earlier look', () => {
    expect(judged(databaseGrowth, sample(9000 * GIB))).toEqual([]);
    expect(databaseGrowth.facts({ read: sample(3 * GIB) })).toEqual([{ label: 'Size', value: '3 GB' }]);
  });

  it('warns at 10 GB and 10 % a day, both', () => {
    expect(grown(50, 59.9)).toEqual([]);
    expect(grown(200, 215)).toEqual([]);
    expect(grown(100, 110)[0]).toMatchObject({
      key: 'postgres.database-growth:shop',
      sentence: 'Database `shop` grew by 10 GB to 110 GB in 1 d: 10 GB a day (10 %; warning at 10 GB and 10 %).',
    });
  });

  it('takes less than 1 GB between two looks for noise', () => {
    expect(grown(10, 10.9, 300)).toEqual([]);
    expect(grown(10, 11, 300)).toHaveLength(1);
  });

  it('compares no size that was added up with one that was measured', () => {
    const addedUp = {
      databases: [{ database: 'shop', sizeBytes: 900 * GIB, estimated: true }],
      totalBytes: 1,
      more: 0,
      unseen: 0,
    };
    expect(judged(databaseGrowth, addedUp, { before: { sample: sample(GIB), secondsAgo: 86_400 } })).toEqual([]);
    expect(databaseGrowth.facts({ read: addedUp })[0]?.value).toMatch(/^about /);
  });

  it('says nothing about a database that shrank or is new', () => {
    expect(grown(100, 50)).toEqual([]);
    const before = { sample: { databases: [], totalBytes: 0, more: 0, unseen: 0 }, secondsAgo: 86_400 };
    expect(judged(databaseGrowth, sample(900 * GIB), { before })).toEqual([]);
  });
});

describe('database growth of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startTestPostgres();
  });
  afterAll(() => server.stop());

  it('measures every database that we may connect to, and counts the others, while a table is locked', async () => {
    await server.query('CREATE DATABASE closed');
    await server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    const locker = await server.connect('migration');
    await locker.query('CREATE TABLE t (x int); BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE');
    const seen = await onPostgres(server, (target) => sampleOf(databaseGrowth, target));
    await locker.end();
    const { databases, unseen } = seen as ReturnType<typeof sample>;
    expect(databases.map(({ database }) => database)).toEqual(
      expect.arrayContaining(['shop', 'postgres', 'template1']),
    );
    expect(databases.every(({ sizeBytes }) => sizeBytes > 1_000_000)).toBe(true);
    expect(unseen).toBe(1);
  });
});
