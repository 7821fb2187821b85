import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget } from '../../../src/providers/index.ts';
import type { Failover, FailoverLook } from '../../../src/targets/failover.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';

/** The oldest that is installed: failover.test.ts has the newest. */
const major = installedMajors[0] ?? 18;

let pair: TestPostgres;
beforeAll(async () => {
  pair = await startTestPostgres({ major, replica: true });
});
afterAll(() => pair.stop());

const secret = async (reference: { from: string; name?: string }) => pair.environment[reference.name ?? ''] ?? '';

async function inRoom<R>(room: 'read' | 'act', ask: (failover: Failover) => Promise<R>): Promise<R> {
  const target = await openTarget(pair.spec, room, { secret });
  try {
    if (!target.failover) throw new Error('no failover');
    return await ask(target.failover);
  } finally {
    await target.close();
  }
}

const look = () => inRoom('read', (one) => one.look());
const unfit = async () => ((await look()) as FailoverLook).candidates.map((one) => one.unfit);

describe(`a failover on PostgreSQL ${major}`, () => {
  it('is refused while a session of Patroni is there', async () => {
    const patroni = await pair.connect('Patroni heartbeat');
    expect(await look()).toMatchObject({
      refused: expect.stringMatching(/^Patroni promotes by itself .*patronictl failover/) as string,
    });
    await patroni.end();
  });

  it('offers no standby whose replay is paused, or that the acting role may not promote', async () => {
    await expect.poll(unfit, { timeout: 60_000 }).toEqual([null]);
    await pair.replica?.query('SELECT pg_wal_replay_pause()');
    expect(await unfit()).toEqual([expect.stringMatching(/replay is paused/)]);
    await pair.replica?.query('SELECT pg_wal_replay_resume()');
    await pair.query('REVOKE EXECUTE ON FUNCTION pg_promote(boolean, integer) FROM nightshift_act');
    await expect.poll(unfit, { timeout: 60_000 }).toEqual([expect.stringMatching(/may not promote there/)]);
    await pair.query('GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO nightshift_act');
    await expect.poll(unfit, { timeout: 60_000 }).toEqual([null]);
  });

  it('works, once the primary was killed', async () => {
    const [row] = await pair.query<{ pid: string }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
    );
    process.kill(Number(row?.pid), 'SIGKILL');
    const signs = async () => ((await look()) as FailoverLook).signs.map(({ says }) => says);
    await expect.poll(signs, { timeout: 60_000 }).toEqual(['dead', 'dead']);
    const { primary: from, identity, candidates, loss } = (await look()) as FailoverLook;
    const to = candidates[0]?.member ?? '';
    const acceptedLoss = { bytes: loss.bytes, seconds: loss.seconds };
    const order = { from, to, identity, acceptedLoss, acceptsTwoWriters: true };
    expect(await inRoom('act', (one) => one.carryOut(order))).toMatchObject({
      ended: 'failed-over',
      evidence: expect.arrayContaining([expect.stringMatching(/took a write on timeline 2/)]) as string[],
    });
    await pair.replica?.query('CREATE TABLE written AS SELECT 1 AS n');
  });
});
