import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { loss } from '../../src/operations/loss.ts';
import { lookAtLoss, type LossLook } from '../../src/operations/loss/look.ts';
import { lossReport } from '../../src/operations/loss/report.ts';
import { onPostgres, until } from '../checks/looking.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { asked } from './asked.ts';

const about = { target: 'shop-db', at: '2026-11-28T03:14:00.000Z' };

describe.each([18, 15] as const)('an old primary of version %i', (major) => {
  let server: TestPostgres;
  let client: pg.Client;
  const look = () => onPostgres(server, (target) => lookAtLoss(target));
  beforeAll(async () => {
    server = await startTestPostgres({
      major,
      replica: true,
      settings: { autovacuum: 'off', synchronous_commit: 'on' },
    });
    await server.query(
      'create table led (id int primary key, note text); create table other (id int); create table other_empty (id int)',
    );
    await server.query(`insert into led select g, 'kept' from generate_series(1, 100) g`);
    client = await server.connect('application');
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  it('that all follow has lost nothing', async () => {
    expect(await look()).toMatchObject({ current: { timeline: 1 }, formers: [], unknown: [] });
    const report = await onPostgres(server, (target) => asked(loss, target, {}));
    expect(report).toMatchObject({ status: 'healthy', headline: 'no server has a commit that shop-db-1 has not' });
  });

  it('has exactly the commits that were made after it was left, and nothing that was rolled back', async () => {
    const { replica } = server;
    if (!replica) throw new Error('there is no standby');
    const CAUGHT_UP = `select 1 from pg_stat_replication where replay_lsn >= pg_current_wal_flush_lsn()`;
    await until(
      () => server.query(CAUGHT_UP),
      (rows) => rows.length > 0,
    );
    await replica.query('select pg_promote(true, 30)');
    for (let n = 1; n <= 37; n += 1) await client.query('insert into led values ($1, $2)', [1000 + n, 'only-here']);
    await client.query(`begin; insert into led values (5000, 'no'); rollback`);
    await client.query(`begin; savepoint one; insert into other values (1); savepoint two; insert into other values (2);
                        rollback to two; release one; update led set note = 'only-here' where id <= 3; delete from led where id = 4; commit`);
    await client.query('insert into other select generate_series(1, 500)');
    await client.query('vacuum analyze led');
    await client.query('create table emptied as select 1 as id');
    await client.query('truncate other_empty');
    const seen = await look();
    expect(seen.current).toEqual({ member: 'shop-db-2', timeline: 2 });
    const changes = seen.formers[0]?.changes ?? [];
    if ('unread' in changes) throw new Error(changes.unread);
    const counted = Object.fromEntries(
      changes
        .filter(({ what }) => what !== 'upkeep')
        .map(({ what, relation, changes: count }) => [`${what} ${relation}`, count]),
    );
    expect(counted).toEqual({
      'commit null': 40,
      'definition null': 1,
      'insert public.emptied': 1,
      'insert public.led': 37,
      'insert public.other': 501,
      'update public.led': 3,
      'delete public.led': 1,
    });
  });

  it('is told of with table, count and time, and without a value', async () => {
    const report = await onPostgres(server, (target) => asked(loss, target, {}));
    expectPublished({ done: report });
    expect(report).toMatchObject({
      status: 'critical',
      headline: '40 commits and 1 commit of definitions alone on shop-db-1 and not on shop-db-2',
    });
    expect(report.items?.[0]?.text).toMatch(
      /^shop-db-1 stayed on timeline 1, which was left at 0\/[0-9A-F]+; .* Exactly 40 commits, 20\d\d-.* UTC to 20\d\d-.* UTC; 1 commit that changed definitions/,
    );
    expect(report.items?.[0]?.lines).toEqual([
      'public.other: 501 inserts',
      'public.led: 37 inserts, 3 updates, 1 delete',
      'public.emptied: 1 insert',
    ]);
    expect(JSON.stringify(report)).not.toContain('only-here');
  });

  it('is counted in time also when much was lost', async () => {
    await client.query(
      'create procedure many() language plpgsql as $$ begin for n in 1..20000 loop insert into other values (n); commit; end loop; end $$',
    );
    await client.query('set synchronous_commit = off');
    await client.query('call many()');
    await client.query('set synchronous_commit = on');
    await client.query('insert into other values (0)');
    const changes = (await look()).formers[0]?.changes ?? [];
    if ('unread' in changes) throw new Error(changes.unread);
    expect(changes.find(({ what }) => what === 'commit')?.changes).toBe(20_041);
    expect(changes.find(({ relation }) => relation === 'public.other')?.changes).toBe(20_502);
  });

  it('cannot be read without the extension, and the report says what would help', async () => {
    await server.query('drop extension pg_walinspect');
    const report = await onPostgres(server, (target) => asked(loss, target, {}));
    expect(report.headline).toBe('shop-db-1 has writes that shop-db-2 has not; what they are cannot be read');
    expect(report.items?.[0]?.text).toMatch(
      /pg_walinspect is not in this database \(42704\)\. For the next time: run infra\/migrations\/init-database\.sql/,
    );
  });
});

describe('the report of what was lost', () => {
  const look = (change: Partial<LossLook>): LossLook => ({
    current: { member: 'shop-db-2', timeline: 2 },
    formers: [],
    rivals: [],
    unknown: [],
    ...change,
  });

  it('is not green where a server could not be compared', () => {
    const report = lossReport(about, look({ unknown: [{ member: 'shop-db-1', reason: 'nothing listens there' }] }));
    expect(report.status).toBe('unknown');
    expect(report.headline).toBe(
      'no server that answers has a commit that shop-db-2 has not; 1 server could not be compared',
    );
    expect(report.text).toEqual(['shop-db-1 was not compared: nothing listens there.']);
  });

  it('warns of a server that left without a commit', () => {
    const former = {
      member: 'shop-db-1',
      timeline: 1,
      forkLsn: '0/5000000',
      bytes: 120,
      unreplayedBytes: 0,
      changes: [],
    };
    const report = lossReport(about, look({ formers: [former] }));
    expect(report.status).toBe('warning');
    expect(report.headline).toBe('shop-db-1 left the timeline of shop-db-2, without a commit of anybody');
  });

  it('is no comfort where something was received and not replayed', () => {
    const former = {
      member: 'shop-db-3',
      timeline: 1,
      forkLsn: '0/5000000',
      bytes: 120,
      unreplayedBytes: 80,
      changes: [],
    };
    const report = lossReport(about, look({ formers: [former] }));
    expect(report.status).toBe('critical');
    expect(report.headline).toBe('shop-db-3 has received what shop-db-2 has not, and has not replayed it');
  });

  it('says so where two servers went on under one number', () => {
    const report = lossReport(about, look({ rivals: ['shop-db-2 and shop-db-3 both went on'] }));
    expect([report.status, report.headline]).toEqual([
      'critical',
      'two servers have histories of their own on timeline 2',
    ]);
  });

  it('says so where nobody answers', () => {
    expect(lossReport(about, look({ current: null })).headline).toBe('no server answers: nothing can be compared');
  });
});
