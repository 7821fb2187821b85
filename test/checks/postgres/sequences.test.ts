import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sequences } from '../../../src/checks/postgres/sequences.ts';
import type { Json } from '../../../src/core/json.ts';
import { ask, judged, onPostgres, sampleOf } from '../looking.ts';
import { versions, withoutDefiner, type AnyPostgres } from './structure.ts';

const INT4 = 2_147_483_647;
const used = (usedRatio: number, more: object = {}) => ({
  sequence: 'public.orders_id_seq',
  fed: 'public.orders.id',
  type: 'integer',
  value: Math.floor(INT4 * usedRatio),
  most: INT4,
  usedRatio,
  cycles: false,
  ...more,
});
const sample = (...fullest: object[]) => ({ database: 'shop', count: 1, unread: 0, fullest }) as unknown as Json;

describe('sequences', () => {
  it('stays silent below 75 %, warns there, and is critical at 90 %', () => {
    expect(judged(sequences, sample(used(0.7499)))).toEqual([]);
    expect(judged(sequences, sample(used(0.75)))).toMatchObject([
      {
        key: 'postgres.sequences:public.orders.id',
        severity: 'warning',
        sentence:
          'Column `public.orders.id` (integer, filled from public.orders_id_seq) is at 1,610,612,735 of 2,147,483,647 (75 %, warning at 75 %).',
      },
    ]);
    expect(judged(sequences, sample(used(0.9)))[0]?.severity).toBe('critical');
  });

  it('says how long the numbers last at the rate since the earlier look', () => {
    const before = { sample: sample(used(0.75, { value: 1_600_612_735 })), secondsAgo: 86_400 };
    expect(judged(sequences, sample(used(0.75)), { before })[0]?.sentence).toContain(
      '; at the present rate it lasts 53 d 16 h',
    );
  });

  it('only informs about a sequence that begins anew at its end', () => {
    const [finding] = judged(sequences, sample(used(0.95, { fed: null, cycles: true })));
    expect(finding?.severity).toBe('info');
    expect(finding?.sentence).toContain('Sequence `public.orders_id_seq` is at');
  });
});

describe.each(versions)('sequences on PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
    await server.query(`
      CREATE TABLE narrow (id int GENERATED ALWAYS AS IDENTITY, "Größe 🐘" smallserial, far bigserial);
      ALTER TABLE narrow ALTER "Größe 🐘" TYPE smallint;
      CREATE SEQUENCE wide AS bigint;
      CREATE TABLE other (id int DEFAULT nextval('wide'));
      CREATE SEQUENCE down INCREMENT -1 MINVALUE 1 MAXVALUE 1000 START 1000;
      CREATE SEQUENCE untouched AS smallint;
      SELECT setval(pg_get_serial_sequence('narrow', 'id'), 1900000000), setval('"narrow_Größe 🐘_seq"', 26000),
             setval(pg_get_serial_sequence('narrow', 'far'), 5000000000), setval('wide', 2000000000), setval('down', 100)`);
  });
  afterAll(() => server.stop());

  it('finds identity, serial, descending ones, and int4 columns that a bigger sequence fills', async () => {
    const seen = await onPostgres(server, (target) => sampleOf(sequences, target));
    expect(seen).toMatchObject({ count: 6, unread: 0 });
    const found = judged(sequences, seen).map(({ key, severity }) => [
      key.slice('postgres.sequences:'.length),
      severity,
    ]);
    expect(found).toEqual([
      ['public.other.id', 'critical'],
      ['public.down', 'critical'],
      ['public.narrow.id', 'warning'],
      ['public.narrow."Größe 🐘"', 'warning'],
    ]);
  });

  it('is skipped with the command that mends it where positions are hidden, and asks directly where they are not', async () => {
    const look = () => onPostgres(server, (target) => ask(sequences, target));
    const usual = await look();
    expect(await withoutDefiner(server, look)).toEqual({
      skipped: expect.stringMatching(/^nightshift_read does not see how far 6 sequences in \w+ came$/),
      fix: expect.stringMatching(/^As administrator: psql -d '\w+' -f infra\/migrations\/init-database\.sql$/),
    });
    await server.query('GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO nightshift_read');
    expect(await withoutDefiner(server, look)).toEqual(usual);
  });

  it('does not wait for a sequence that is being altered, and sees the others', async () => {
    const locker = await server.connect();
    await locker.query('BEGIN; ALTER SEQUENCE wide MAXVALUE 3000000000');
    const seen = await onPostgres(server, (target) => sampleOf(sequences, target));
    await locker.end();
    const keys = judged(sequences, seen).map(({ key }) => key);
    expect(keys).toContain('postgres.sequences:public.narrow.id');
    expect(keys).not.toContain('postgres.sequences:public.other.id');
  });

  it('reads the most used of very many, takes few locks, and says how many it left out', async () => {
    await server.query(`DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format('CREATE SEQUENCE s%s', i); END LOOP; END $$`);
    await server.query('SELECT nextval($1) FROM generate_series(1, 500)', ['s299']);
    await server.query("SELECT setval('s299', 9000000000000000000)");
    const seen = await onPostgres(server, (target) => sampleOf(sequences, target));
    expect(seen).toMatchObject({ count: 306, unread: 106 });
    expect(judged(sequences, seen).map(({ key }) => key)).toContain('postgres.sequences:public.s299');
    expect(sequences.facts({ read: seen })[0]?.value).toContain('; 106 little used or locked ones not read');
  });
});
