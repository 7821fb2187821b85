import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget } from '../../../src/providers/index.ts';
import type { Switchover, SwitchoverLook } from '../../../src/targets/switchover.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';

/** The oldest that is installed: switchover.test.ts has the newest. */
const major = installedMajors[0] ?? 18;

let pair: TestPostgres;
beforeAll(async () => {
  const settings = { synchronous_commit: 'on', max_prepared_transactions: '2', max_connections: '30' };
  pair = await startTestPostgres({ major, replica: true, settings });
});
afterAll(() => pair.stop());

const secret = async (reference: { from: string; name?: string }) => pair.environment[reference.name ?? ''] ?? '';

async function inRoom<R>(room: 'read' | 'act', ask: (switchover: Switchover) => Promise<R>): Promise<R> {
  const target = await openTarget(pair.spec, room, { secret });
  try {
    if (!target.switchover) throw new Error('no switchover');
    return await ask(target.switchover);
  } finally {
    await target.close();
  }
}

const look = () => inRoom('read', (one) => one.look());
/** What stops it on the primary, and why the standby may not. */
async function reasons(): Promise<string[]> {
  const seen = await look();
  if ('refused' in seen) return [seen.refused];
  const stops = seen.prechecks.filter(({ says }) => says === 'stops').map(({ sentence }) => sentence);
  return [...stops, ...seen.candidates.flatMap(({ unfit }) => unfit ?? [])];
}

describe(`a switchover on PostgreSQL ${major}`, () => {
  it('may be planned where nothing is in its way', async () => {
    expect(await reasons()).toEqual([]);
    const seen = (await look()) as SwitchoverLook;
    expect(seen.primary).toBe('shop-db-1');
    expect(seen.candidates).toMatchObject([{ member: 'shop-db-2', unfit: null }]);
  });

  it('is refused while a session of Patroni is there', async () => {
    const patroni = await pair.connect('Patroni heartbeat');
    expect(await reasons()).toEqual([expect.stringMatching(/^Patroni decides who is the primary of shop-db/)]);
    await patroni.end();
  });

  it('is refused while a transaction is prepared, and while replay is paused', async () => {
    await pair.query('CREATE TABLE prepared (n int)');
    await pair.query(`BEGIN; INSERT INTO prepared VALUES (1); PREPARE TRANSACTION 'one'`);
    await pair.replica?.query('SELECT pg_wal_replay_pause()');
    expect(await reasons()).toEqual([
      expect.stringMatching(/^1 prepared transaction on shop-db-1/),
      expect.stringMatching(/replay is paused/),
    ]);
    await pair.replica?.query('SELECT pg_wal_replay_resume()');
    await pair.query(`ROLLBACK PREPARED 'one'`);
  });

  it('is refused without the rights that init-database.sql gives', async () => {
    await pair.query('REVOKE EXECUTE ON FUNCTION pg_promote(boolean, integer) FROM nightshift_act');
    await expect
      .poll(reasons, { timeout: 60_000 })
      .toEqual([
        expect.stringMatching(/lacks .*pg_promote.* on shop-db-1: run infra\/migrations\/init-database\.sql/),
        expect.stringMatching(/lacks .*pg_promote.* there/),
      ]);
    await pair.query('GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO nightshift_act');
    await expect.poll(reasons, { timeout: 60_000 }).toEqual([]);
    await pair.query('REVOKE SELECT ON pg_file_settings FROM nightshift_read');
    await expect
      .poll(reasons, { timeout: 60_000 })
      .toEqual([expect.stringMatching(/permission denied .*pg_file_settings.*init-database\.sql again/)]);
    await pair.query('GRANT SELECT ON pg_file_settings TO nightshift_read');
    await expect.poll(reasons, { timeout: 60_000 }).toEqual([]);
  });

  it('offers no standby whose own commits would wait for one', async () => {
    await pair.replica?.query(`ALTER SYSTEM SET synchronous_standby_names = '*'`);
    await pair.replica?.query('SELECT pg_reload_conf()');
    const would = [expect.stringMatching(/^its synchronous_standby_names is '\*', .*its commits would hang/)];
    await expect.poll(reasons, { timeout: 60_000 }).toEqual(would);
    await pair.replica?.query('ALTER SYSTEM RESET synchronous_standby_names');
    await pair.replica?.query('SELECT pg_reload_conf()');
    await expect.poll(reasons, { timeout: 60_000 }).toEqual([]);
  });

  it('warns of roles whose commits do not wait, and of superusers', async () => {
    await pair.query('CREATE ROLE batch; ALTER ROLE batch SET synchronous_commit = off');
    const boss = await pair.connect('psql');
    const seen = (await look()) as SwitchoverLook;
    expect(seen.prechecks.filter(({ says }) => says === 'warns').map(({ name }) => name)).toEqual([
      'Superusers',
      'Commits that do not wait',
    ]);
    await boss.end();
  });

  it('works, puts a setting back as it was when it is taken back, and is refused on a server that was left held', async () => {
    await pair.query(`ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 ("shop-db-2")'`);
    await pair.query('SELECT pg_reload_conf()');
    const waits = { name: 'Synchronous standbys', says: 'warns' };
    await expect
      .poll(async () => ((await look()) as SwitchoverLook).prechecks, { timeout: 60_000 })
      .toContainEqual(expect.objectContaining(waits));
    const seen = (await look()) as SwitchoverLook;
    const order = { from: 'shop-db-1', to: 'shop-db-2', identity: seen.identity, deadlineSeconds: 60 };
    expect(await inRoom('act', (one) => one.settle(order))).toMatchObject({ ended: 'rolled-back' });
    const NAMES = `SELECT setting FROM pg_file_settings WHERE name = 'synchronous_standby_names'`;
    expect(await pair.query(NAMES)).toEqual([{ setting: 'FIRST 1 ("shop-db-2")' }]);
    const result = await inRoom('act', (one) => one.carryOut(order));
    expect(result).toMatchObject({
      ended: 'switched',
      evidence: [expect.stringMatching(/timeline 2/), expect.stringMatching(/committed nothing/), expect.anything()],
      left: [
        expect.stringMatching(/^Nobody follows shop-db-2/),
        expect.stringMatching(/^shop-db-2 waits for nobody: .* on shop-db-1 it was 'FIRST 1 \("shop-db-2"\)'\.$/),
      ],
    });
    await pair.replica?.query('CREATE TABLE written AS SELECT 1 AS n');
    // The old primary is no second one: it holds its writes, and may not take them before it is a standby.
    expect(await look()).toMatchObject({
      primary: 'shop-db-2',
      candidates: [{ member: 'shop-db-1', unfit: expect.stringMatching(/no standby: make it one first/) as string }],
    });
    const target = await openTarget(pair.spec, 'read', { secret });
    expect(target.engine === 'postgres' && target.primary?.name).toBe('shop-db-2');
    await target.close();
    await pair.replica?.stop();
    expect(await look()).toMatchObject({
      refused: expect.stringMatching(/^shop-db-1 holds its writes since a switchover that did not end/) as string,
    });
  });
});
