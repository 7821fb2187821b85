import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { openMultiZoneRuns } from './multi-zone.ts';
import { reportOf, type Behind, type Point, type SwitchoverRuns } from './switchover-runs.ts';

let database: TestPostgres;
let runs: SwitchoverRuns;
beforeAll(async () => {
  database = await startTestPostgres();
});
afterAll(() => database.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => (runs = await openMultiZoneRuns(database, change));

/** A hook that never lets the run go on from a point, and tells when it got there, for the n-th time. */
function stopAt(point: Point, times = 1) {
  let left = times;
  let arrived = () => {};
  const there = new Promise<void>((resolve) => (arrived = resolve));
  const at = async (here: Point) => {
    if (here !== point || (left -= 1) !== 0) return;
    arrived();
    await new Promise(() => {});
  };
  return { there, at };
}

describe('a run that dies', () => {
  it('before the order leaves an intent, of which is found out that nothing was done', async () => {
    const { there, at } = stopAt('intent');
    const { start, kill, cloud, state, settle, orders } = await begin({ at });
    const arn = start();
    await there;
    kill(arn);
    expect(await settle()).toMatchObject({ refused: expect.stringContaining('began a moment ago') });
    await cloud.advance(120 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain('was cut off: under way; AWS shows nothing of it yet');
    // It was seen under way just now: nobody asks again at once.
    expect(await settle()).toMatchObject({ refused: expect.stringContaining('began a moment ago') });
    await cloud.advance(300 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain(
      'was cut off: rolled back; AWS shows no sign of a failover of shop-db-1 5 min after it was asked for.',
    );
    expect([orders(), await state.intents.open()]).toEqual([0, []]);
  });

  it('after the order is settled by what AWS says, and nothing is ordered again', async () => {
    // Both looks of the plan, and then the first question what became of it.
    const { there, at } = stopAt('look', 3);
    const { start, kill, cloud, state, settle, orders } = await begin({ at });
    const arn = start();
    await there;
    kill(arn);
    expect(await state.locks.current('target:shop-db')).toBeDefined();
    await cloud.advance(150 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain('switchover.begin of switchover-');
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
    expect(await state.locks.current('target:shop-db')).toBeUndefined();
  });

  it.each([
    ['with the intent written', 'intent', 0, /^not switched: AWS shows no sign of a failover/],
    ['with the order taken', 'answered', 1, /^eu-central-1b takes the writes now/],
  ] as const)('%s goes on in another process, and orders nothing again', async (_, point, ordered, headline) => {
    const { there, at } = stopAt(point);
    const { start, crash, ended, state, orders } = await begin({ at });
    const arn = start();
    await there;
    await crash();
    expect(reportOf(await ended(arn)).headline).toMatch(headline);
    expect([orders(), await state.intents.open()]).toEqual([ordered, []]);
  });
});
