import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import { ACCEPTING, caughtUp, deadInstance, hostedPair, openFailoverRuns, startPair } from './dead-instance.ts';
import { reportOf, type Behind, type Point, type SwitchoverRuns } from './switchover-runs.ts';

let pair: Awaited<ReturnType<typeof startPair>>;
let runs: SwitchoverRuns;
beforeAll(async () => {
  pair = await startPair();
  await caughtUp(pair);
  await pair.primary.stop('immediate');
});
afterAll(() => pair.stop('immediate'));
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => (runs = await openFailoverRuns(pair, change));
const start = () => runs.start('failover', ACCEPTING);
/** AWS promotes, and the server behind it stays what it is. */
const inName = { 'shop-db-2': { moveTo: async () => {} } };
const groupsOf = (model: ReturnType<typeof deadInstance>) =>
  model.instances[0]?.VpcSecurityGroups?.map(({ VpcSecurityGroupId, Status }) => `${VpcSecurityGroupId} ${Status}`);
const BEFORE = ['sg-0a991ca7 active'];

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

describe('a failover whose run dies', () => {
  it('before anything was ordered is settled as not done', async () => {
    const { there, at } = stopAt('intent');
    const { kill, cloud, state, settle, orders } = await begin({ at, bindings: inName });
    const arn = start();
    await there;
    kill(arn);
    await cloud.advance(120 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain('not done; It was cut off before anything was ordered.');
    expect([orders(), await state.intents.open()]).toEqual([0, []]);
  });

  it('with the quarantine written down and not ordered promotes nobody, and leaves the security groups as they were', async () => {
    const { there, at } = stopAt('written');
    const model = deadInstance();
    const { kill, cloud, state, settle, orders } = await begin({ at, model, bindings: inName });
    const arn = start();
    await there;
    kill(arn);
    await cloud.advance(120 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain('under way; Waits for shop-db-1 to be in');
    await cloud.advance(200 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain('under way; AWS has taken the order to give shop-db-1');
    await cloud.advance(120 * SECOND_MS);
    expect(reportOf(await settle()).headline).toContain(
      'not done; AWS has not put shop-db-1 into sg-0badc0de within 5 min.',
    );
    // The one that puts back: what it finds is as it was.
    expect([orders(), groupsOf(model), await state.intents.open()]).toEqual([1, BEFORE, []]);
  });

  it('with the promotion ordered is settled by what AWS shows, and nothing is ordered twice', async () => {
    // The first question after the second order is written down.
    const written: Point[] = [];
    const { there, at } = stopAt('look', 1);
    const follow = async (point: Point) => {
      if (point === 'written') written.push(point);
      if (written.length === 2) await at(point);
    };
    const { kill, cloud, state, settle, orders } = await begin({ at: follow, bindings: inName });
    const arn = start();
    await there;
    kill(arn);
    await cloud.advance(150 * SECOND_MS);
    const report = reportOf(await settle());
    expect(report.headline).toContain('failover.begin of failover-');
    expect(report.headline).toMatch(/was cut off: failed over$/);
    expect(report.text.join(' ')).toMatch(/Lost: what shop-db-1 acknowledged.*To do: Point the clients at shop-db-2/);
    expect([orders(), await state.intents.open()]).toEqual([2, []]);
    expect((await state.brakes.inForce()).coolDowns).toMatchObject([
      { why: 'failover.begin made another server the primary' },
    ]);
    expect(await state.locks.current('target:shop-db')).toBeUndefined();
  });

  it('with the promotion written down and not ordered never orders it, and calls a person', async () => {
    const { there, at } = stopAt('written', 2);
    const { crash, ended, orders, state } = await begin({ at, bindings: inName, eachRequestMs: 40_000 });
    const arn = start();
    await there;
    await crash();
    const report = reportOf(await ended(arn));
    expect(report.headline).toMatch(/^a person has to look: Waited 3\d min for shop-db-2 to be promoted/);
    expect(report.text.join(' ')).toContain('promote no other one before that is clear');
    expect([orders(), (await state.intents.open()).length]).toEqual([1, 1]);
  });

  it('with the first order taken goes on in another process: without a quarantine the old primary is not fenced', async () => {
    const { there, at } = stopAt('answered');
    const { quarantine: _, ...spec } = hostedPair(pair);
    const { crash, ended, orders, plans, state } = await begin({ at, spec });
    const arn = start();
    await there;
    await crash();
    expect(reportOf(await ended(arn))).toMatchObject({
      status: 'warning',
      headline: 'shop-db-2 takes the writes now, shop-db-1 is not fenced: keep it down',
    });
    expect(plans[0]?.args).toMatchObject({ acceptsTwoWriters: true });
    expect(plans[0]?.facts).toContainEqual({
      label: 'A yes accepts (!)',
      value: 'that two servers may take writes, if the old one comes back; and the loss',
    });
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
    await pair.replica.query('CREATE TABLE proof ()');
  });
});
