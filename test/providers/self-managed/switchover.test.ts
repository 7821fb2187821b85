import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { switchoverOf } from '../../../src/providers/self-managed/switchover.ts';
import type { PhaseName } from '../../../src/providers/self-managed/switchover/world.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../src/targets/switchover.ts';
import { killedAt } from './killed-switchover.ts';
import { missing, openBook, startShopWriter, type ShopWriter } from './shop-writer.ts';
import { startStreamingPair, type StreamingPair } from './streaming-pair.ts';

let pair: StreamingPair;
let writer: ShopWriter;
beforeAll(async () => {
  pair = await startStreamingPair();
  await openBook(pair.server('shop-db-1'));
  writer = startShopWriter(pair.servers);
});
afterAll(async () => {
  await writer.stop();
  await pair.stop();
});
/** Whatever happened: all that was acknowledged is on the server that takes the writes, and it goes on taking them. */
afterEach(async () => {
  await writer.more(200);
  await expect.poll(() => pair.primary(), { timeout: 60_000 }).toBeDefined();
  const primary = await pair.primary();
  if (primary) expect(await missing(writer, primary)).toEqual([]);
});

/** Where nothing else is said, as the room does it; `watch` is called at the border of each phase. */
async function carryOut(
  order: SwitchoverOrder,
  watch: (phase: PhaseName) => Promise<void> = async () => {},
): Promise<SwitchoverResult> {
  return pair.onActing((place, target) => switchoverOf(place, target, watch).carryOut(order));
}

/** Where nothing is to be late, nothing is: not on a busy machine either. */
const patientOrder = async () => ({ ...(await pair.streaming()), deadlineSeconds: 60 });
const settle = (order: SwitchoverOrder) => pair.inRoom('act', (one) => one.settle(order));

/** The two settings of a server, as they are in its file and as they run. */
async function settings(name: string): Promise<unknown> {
  const SETTINGS = `SELECT (SELECT count(*)::int FROM pg_file_settings WHERE name IN ('synchronous_standby_names', 'default_transaction_read_only')) AS "inFile",
    current_setting('synchronous_standby_names') AS names, current_setting('default_transaction_read_only') AS "readOnly"`;
  return (await pair.server(name).query(SETTINGS))[0];
}
/** Who makes a former primary a standby waits for as long as somebody asks it: until then the tests look at it, too. */
async function keepAsIs(name: string): Promise<() => Promise<void>> {
  const server = pair.server(name);
  const asking = server
    .query(`SET application_name = 'nightshift switchover'; SELECT pg_sleep(600)`)
    .catch(() => undefined);
  const THERE = `FROM pg_stat_activity WHERE usename = 'postgres' AND wait_event = 'PgSleep'`;
  await expect.poll(() => server.query(`SELECT ${THERE}`), { timeout: 60_000 }).toHaveLength(1);
  return async () => {
    await server.query(`SELECT pg_terminate_backend(pid) ${THERE}`);
    await asking;
  };
}
const untouched = { inFile: 0, names: '', readOnly: 'off' };

describe('a switchover of streaming servers that is not finished', { timeout: 300_000 }, () => {
  it('is taken back when the standby has not caught up before the deadline: clients only wait, and see no error', async () => {
    // Long enough to hold the writes before it ends.
    const order = { ...(await pair.streaming()), deadlineSeconds: 5 };
    const failedBefore = { ...writer.failures() };
    const result = await carryOut(order, async (phase) => {
      if (phase === 'Hold the writes') pair.gate.cut();
    });
    pair.gate.restore();
    expect(result).toMatchObject({ ended: 'rolled-back', why: 'shop-db-2 had not caught up after 5 seconds.' });
    expect(await settings('shop-db-1')).toEqual(untouched);
    expect(writer.failures()).toEqual(failedBefore);
  });

  it('is taken back when somebody else reloads the settings meanwhile, and so lets commits through', async () => {
    const result = await carryOut(await patientOrder(), async (phase) => {
      if (phase === 'Close the old primary') await pair.server('shop-db-1').query('SELECT pg_reload_conf()');
      if (phase === 'Close the old primary') await writer.more(10);
    });
    expect(result).toMatchObject({
      ended: 'rolled-back',
      why: expect.stringMatching(/undone by somebody else/) as string,
    });
    expect(await settings('shop-db-1')).toEqual(untouched);
  });

  it('promotes nothing when its process slept through the deadline', async () => {
    const result = await carryOut({ ...(await pair.streaming()), deadlineSeconds: 5 }, async (phase) => {
      if (phase === 'Promote') await pair.server('shop-db-2').query('SELECT pg_sleep(5.2)');
    });
    expect(result).toMatchObject({ ended: 'rolled-back', why: 'the deadline of 5 seconds had passed.' });
    expect(await pair.server('shop-db-2').query('SELECT pg_is_in_recovery() AS r')).toEqual([{ r: true }]);
  });

  it('is not begun when the settings have changed since the plan', async () => {
    const order = await pair.streaming();
    await pair.server('shop-db-1').query('ALTER SYSTEM SET default_transaction_read_only = off');
    expect(await carryOut(order)).toMatchObject({
      ended: 'rolled-back',
      why: expect.stringMatching(/have changed since the plan/) as string,
    });
    await pair.server('shop-db-1').query('ALTER SYSTEM RESET default_transaction_read_only');
  });

  it('lets the writes through by itself when its process is killed while they are held', async () => {
    const order = { ...(await pair.streaming()), deadlineSeconds: 5 };
    // 18 would end the session that lets go in its sleep.
    await pair.server('shop-db-1').query(`ALTER ROLE nightshift_act SET transaction_timeout = '5700ms'`);
    await killedAt(pair, 'Catch up', order);
    await pair.server('shop-db-1').query('ALTER ROLE nightshift_act RESET transaction_timeout');
    // Nobody settles: the server does.
    await writer.more(200);
    expect(await settings('shop-db-1')).toEqual(untouched);
  });

  // Killed before the other phases: test/chaos/switchover-postgres.test.ts.
  it('is taken back by whoever settles it, as often as he does, when it was killed before the promotion', async () => {
    const order = await patientOrder();
    await killedAt(pair, 'Promote', order);
    // A standby that has not replayed all may have been told to take over, and not have looked yet.
    await pair.server('shop-db-2').query('SELECT pg_wal_replay_pause()');
    await pair.server('shop-db-1').query('SELECT pg_switch_wal()');
    const MORE = `SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn() AS more`;
    const hasMore = () => pair.server('shop-db-2').query(MORE);
    await expect.poll(hasMore, { timeout: 60_000 }).toEqual([{ more: true }]);
    expect(await settle(order)).toBe('unknown');
    await pair.server('shop-db-2').query('SELECT pg_wal_replay_resume()');
    await expect.poll(hasMore, { timeout: 60_000 }).toEqual([{ more: false }]);
    expect(await settle(order)).toMatchObject({ ended: 'rolled-back', left: [] });
    expect(await settings('shop-db-1')).toEqual(untouched);
    // What an administrator sets later is his, however late it is settled.
    await pair.server('shop-db-1').query('ALTER SYSTEM SET default_transaction_read_only = off');
    expect(await settle(order)).toMatchObject({ ended: 'rolled-back' });
    expect(await settings('shop-db-1')).toEqual({ ...untouched, inFile: 1 });
    await pair.server('shop-db-1').query('ALTER SYSTEM RESET default_transaction_read_only');
  });
});

describe('a switchover of streaming servers', { timeout: 300_000 }, () => {
  it('moves the writes: no acknowledged one is lost, and the old primary acknowledges no more', async () => {
    let hung: Promise<unknown> | undefined;
    let letGo = async () => {};
    const result = await carryOut(await patientOrder(), async (phase) => {
      if (phase !== 'Prove') return;
      // Whoever insists on writing to the old primary hangs, until his session is ended; it was acknowledged to nobody.
      const insists = await pair.shopClient('shop-db-1');
      await insists.query('BEGIN READ WRITE');
      await insists.query(`INSERT INTO book VALUES ('hung')`);
      hung = insists.query('COMMIT').catch((thrown: unknown) => thrown);
      const HANGS = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'shop' AND wait_event = 'SyncRep'`;
      await expect.poll(() => pair.server('shop-db-1').query(HANGS), { timeout: 60_000 }).toEqual([{ n: 1 }]);
      letGo = await keepAsIs('shop-db-1');
    });
    expect(await hung).toBeInstanceOf(Error);
    expect(result).toMatchObject({ ended: 'switched', why: null, writeGapMilliseconds: expect.any(Number) as number });
    expect(result.evidence).toEqual([
      expect.stringMatching(/^shop-db-2 took a write on timeline 2, which left timeline 1 at [0-9A-F]+\/[0-9A-F]+\.$/),
      expect.stringMatching(/^1 commit on shop-db-1 hung until the session was ended/),
      expect.stringMatching(/still waits there: it acknowledged none after it\.$/),
    ]);
    expect(result.lost).toBe('none');
    expect(result.phases.map(({ name }) => name)).toEqual([
      'Get ready',
      'Hold the writes',
      'Catch up',
      'Close the old primary',
      'Promote',
      'Prove',
    ]);
    expect(result.left).toEqual([
      expect.stringMatching(/^Nobody follows shop-db-2: on the host of shop-db-1 stop the server/),
    ]);
    // An application that insists: its commit is never acknowledged, and it is told so when the server is stopped.
    const insists = await pair.shopClient('shop-db-1');
    await expect(insists.query(`INSERT INTO book VALUES ('polite')`)).rejects.toThrow(/read-only transaction/);
    await insists.query('BEGIN READ WRITE');
    await insists.query(`INSERT INTO book VALUES ('insisting')`);
    const ended = expect(insists.query('COMMIT')).rejects.toThrow(/terminat/);
    await letGo();
    await ended;
    await insists.end();
  });

  it('is finished by whoever settles it when it was killed after the promotion; and so the writes come back', async () => {
    const order = await patientOrder();
    expect(order).toMatchObject({ from: 'shop-db-2', to: 'shop-db-1' });
    const letGo = await keepAsIs('shop-db-2');
    await killedAt(pair, 'Prove', order);
    expect(await settle(order)).toMatchObject({
      ended: 'switched',
      evidence: [
        expect.stringMatching(/^shop-db-1 took a write on timeline 3/),
        'shop-db-2 refuses writes and acknowledges no commit.',
      ],
      lost: 'unknown',
      why: 'what shop-db-2 committed after shop-db-1 had branched off was not counted.',
    });
    expect(await settings('shop-db-2')).toMatchObject({ readOnly: 'on' });
    expect(await settle(order)).toMatchObject({ ended: 'switched' });
    await letGo();
  });
});
