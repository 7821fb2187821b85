import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preparedTransactions } from '../../../src/checks/postgres/prepared-transactions.ts';
import type { Json } from '../../../src/core/json.ts';
import { startTestPostgres } from '../../servers.ts';
import { judged, onPostgres, sampleOf } from '../looking.ts';
import { hasDebianPostgres } from './debian-postgres.ts';
import type { AnyPostgres } from './structure.ts';

const group = (oldestSeconds: number, more: object = {}) => ({
  owner: 'billing',
  database: 'shop',
  count: 1,
  xidAge: 5,
  oldestSeconds,
  locks: 3,
  tables: ['public.orders'],
  ...more,
});
const sample = (groups: object[], most = 10) => ({ most, count: groups.length, groups }) as unknown as Json;

describe('prepared transactions', () => {
  it('warn after 5 min and are critical after an hour, with what they hold', () => {
    expect(judged(preparedTransactions, sample([group(299.9)]))).toEqual([]);
    expect(judged(preparedTransactions, sample([group(300)]))).toMatchObject([
      {
        key: 'postgres.prepared-transactions:shop.billing',
        severity: 'warning',
        sentence:
          'A prepared transaction of billing in `shop` has waited for its second half for 5 min (warning at 5 min); it holds 3 locks on public.orders and keeps 5 transactions from being cleaned up after.',
      },
    ]);
    expect(judged(preparedTransactions, sample([group(3600)]))[0]?.severity).toBe('critical');
  });

  it('warn when 80 % of their places are taken', () => {
    expect(judged(preparedTransactions, { most: 10, count: 7, groups: [] })).toEqual([]);
    expect(judged(preparedTransactions, { most: 10, count: 8, groups: [] })[0]?.key).toBe(
      'postgres.prepared-transactions:room',
    );
    expect(judged(preparedTransactions, { most: 0, count: 0, groups: [] })).toEqual([]);
  });
});

const versions = ([18, 15] as const)
  .filter((major) => major === 18 || hasDebianPostgres)
  .map((major) => ({
    version: major,
    start: () => startTestPostgres({ major, settings: { max_prepared_transactions: '4' } }),
  }));

describe.each(versions)('prepared transactions on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('are seen with their locks, and their names stay in the server', async () => {
    const look = () => onPostgres(server, (target) => sampleOf(preparedTransactions, target));
    expect(await look()).toEqual({ most: 4, count: 0, groups: [] });
    const session = await server.connect();
    await session.query('CREATE TABLE "Konten 🐘" AS SELECT 1 AS id');
    await session.query(`BEGIN; UPDATE "Konten 🐘" SET id = 2; PREPARE TRANSACTION 'card 4111111111111111'`);
    await session.query(`BEGIN; LOCK TABLE "Konten 🐘" IN ROW SHARE MODE; PREPARE TRANSACTION 'b'`);
    await session.end();
    const seen = await look();
    expect(seen).toMatchObject({
      most: 4,
      count: 2,
      groups: [{ owner: 'postgres', count: 2, tables: ['public."Konten 🐘"'], oldestSeconds: expect.any(Number) }],
    });
    const [finding] = judged(preparedTransactions, seen, { limits: { warningSeconds: 0 } });
    expect(finding?.sentence).toMatch(/\(the oldest of 2\).*it holds [3-9] locks on public\."Konten 🐘"/);
    expect(JSON.stringify(seen)).not.toContain('41111111');
    await server.query(`ROLLBACK PREPARED 'card 4111111111111111'`);
    await server.query(`ROLLBACK PREPARED 'b'`);
    expect(await look()).toMatchObject({ count: 0 });
  });
});
