import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { shortRun } from '../../src/core/run.ts';
import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';
import {
  FIRST,
  ledAstray,
  openPointedRuns,
  pointsTo,
  record,
  RECORD,
  SECOND,
  ZONE,
  type PointedRuns,
} from './pointed-runs.ts';
import { reportOf, type Behind } from './switchover-runs.ts';

const CHANGE = 'route53:ChangeResourceRecordSets';

let servers: TestRedis;
let runs: PointedRuns;
let model: CloudModel;
beforeAll(async () => {
  servers = await startTestRedis({ replica: true });
});
afterAll(() => servers.stop());
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}): Promise<PointedRuns> => {
  model = change.model ?? ledAstray();
  return (runs = await openPointedRuns(servers, record, { ...change, model }));
};
const ask = (to?: string) => runs.ask(to);
const nothingIsOpen = async () => {
  expect(await runs.state.intents.open()).toEqual([]);
  expect(await runs.state.locks.current(`target:${servers.spec.name}`)).toBeUndefined();
};
const said = () => model.zones[ZONE]?.map(({ ResourceRecords = [] }) => ResourceRecords[0]?.Value);

describe('a repoint of a record of Route 53', () => {
  it('is planned with what it says and will say, made once, and read back when all name servers say so', async () => {
    const { plans, orders, progress, state, cloud } = await begin();
    const report = reportOf(await ask());
    expect(report).toMatchObject({
      status: 'healthy',
      headline: `${RECORD} says shop-cache-1 (${FIRST}) now`,
      facts: [{ label: 'Said before', value: `shop-cache-2 (${SECOND})` }],
      next: [{ operation: 'repoint', args: ['undo'], disruptive: true }, { operation: 'health' }],
    });
    expect(report.text).toContain(`Read back: ${RECORD} says ${FIRST}, TTL 30 s.`);
    expect(report.text).toContain('Every name server of it says so (INSYNC).');
    expect(report.text[0]).toMatch(/^Clients may go on to the old server for 30 s \(TTL\)/);
    expect(said()).toEqual([FIRST]);
    expect(plans[0]).toMatchObject({
      operation: 'repoint',
      identity: { pointer: `${RECORD} says ${SECOND}, TTL 30 s`, 'takes writes': 'shop-cache-1' },
      loss: 'Nothing.',
      facts: expect.arrayContaining([
        { label: 'Says now', value: `${SECOND} (shop-cache-2), TTL 30 s` },
        { label: 'Will say', value: `${FIRST} (shop-cache-1), TTL 30 s` },
      ]),
    });
    expect(progress.join('\n')).toContain('the name servers are being told');
    expect(cloud.asked.filter((one) => one === 'route53:GetChange').length).toBeGreaterThan(1);
    expect(orders()).toBe(1);
    const runId = plans[0]?.runId ?? '';
    expect(model.sessions).toMatchObject([{ name: shortRun(runId), tags: { 'nightshift:run': runId } }]);
    expect(JSON.parse(model.sessions[0]?.policy ?? '')).toMatchObject({
      Statement: [{ Action: CHANGE, Resource: [`arn:aws:route53:::hostedzone/${ZONE}`] }],
    });
    expect((await state.pointers.kept(servers.spec.name)).map(({ before }) => before.host)).toEqual([SECOND]);
    await nothingIsOpen();
  });

  it('that somebody else changes after the yes changes nothing: what was seen is compared by Route 53 itself', async () => {
    const at = (point: string) => void (point === 'intent' && (model.zones = pointsTo('proxy.internal')));
    await begin({ at });
    const report = reportOf(await ask());
    expect(report).toMatchObject({ status: 'warning', next: [{ operation: 'repoint', args: [] }, {}] });
    expect(report.headline).toMatch(
      /^not pointed elsewhere: cache\.shop\.internal is not what was seen any more.*Route 53 has changed nothing \(InvalidChangeBatch: .*do not match the current values/,
    );
    expect(said()).toEqual(['proxy.internal']);
    await nothingIsOpen();
  });

  it('of which only the TTL was changed changes nothing either', async () => {
    const at = (point: string) => void (point === 'intent' && (model.zones = pointsTo(SECOND, { TTL: 300 })));
    await begin({ at });
    expect(reportOf(await ask()).headline).toMatch(/^not pointed elsewhere/);
    expect(said()).toEqual([SECOND]);
  });

  it('is refused where it says something else when it is looked at again', async () => {
    let looks = 0;
    const at = (point: string) =>
      void (point === 'look' && (looks += 1) === 2 && (model.zones = pointsTo('proxy.internal')));
    await begin({ at });
    expect(await ask()).toMatchObject({
      refused: `the plan does not hold any more: ${RECORD} says proxy.internal, TTL 30 s now, and said ${SECOND} before. Nothing was done`,
    });
    expect(runs.orders()).toBe(0);
  });

  it('of which the answer is lost is made once, and told by what is read back', async () => {
    model = { ...emptyCloud(), zones: pointsTo(SECOND), faults: { [CHANGE]: 'lost' } };
    const { orders } = await begin({ model });
    const report = reportOf(await ask());
    expect(report.headline).toBe(`${RECORD} says shop-cache-1 (${FIRST}) now`);
    expect(report.text).toContain('The answer of AWS to the change got lost.');
    expect(orders()).toBe(1);
    await nothingIsOpen();
  });

  it('is asked again where AWS is busy with another change, and not made where it stays so', async () => {
    const busy = { trouble: 'refused', action: CHANGE, code: 'PriorRequestNotComplete' } as const;
    await begin({ troubles: [{ ...busy, times: 1 }] });
    expect(reportOf(await ask()).headline).toBe(`${RECORD} says shop-cache-1 (${FIRST}) now`);
    expect(runs.orders()).toBe(2);
    await runs.stop();
    await begin({ troubles: [busy] });
    expect(reportOf(await ask()).headline).toMatch(/^not pointed elsewhere: AWS takes no more requests at the moment/);
    expect(said()).toEqual([SECOND]);
    await nothingIsOpen();
  });

  it('names the right that is missing, to look and to change', async () => {
    model = { ...emptyCloud(), zones: pointsTo(SECOND), faults: { [CHANGE]: 'denied' } };
    await begin({ model });
    expect(reportOf(await ask()).headline).toContain(
      `the failover role may not call ${CHANGE} on hostedzone/${ZONE} for ${RECORD}`,
    );
    await runs.stop();
    await begin({ model: { ...model, faults: { 'route53:ListResourceRecordSets': 'denied' } } });
    expect(await ask()).toEqual({
      refused: `The role of run may not call route53:ListResourceRecordSets on hostedzone/${ZONE}: see docs/permissions.md.`,
    });
    expect(runs.plans).toEqual([]);
  });

  it.each([
    ['is weighted', { Weight: 10, SetIdentifier: 'a' }, 'is weighted'],
    [
      'is an alias',
      {
        ResourceRecords: undefined,
        TTL: undefined,
        AliasTarget: { HostedZoneId: 'Z2', DNSName: 'x.', EvaluateTargetHealth: false },
      },
      'is an alias',
    ],
    ['has two values', { ResourceRecords: [{ Value: FIRST }, { Value: SECOND }] }, 'has 2 values'],
  ])('is refused where it %s', async (_, change, words) => {
    await begin({ model: { ...emptyCloud(), zones: pointsTo(SECOND, change) } });
    expect(await ask()).toMatchObject({ refused: expect.stringContaining(`${RECORD} ${words}`) });
    expect(runs.plans).toEqual([]);
  });

  it('can be taken back once nothing else has changed it, and names the server that takes no writes where it may not', async () => {
    await begin({ model: { ...emptyCloud(), zones: pointsTo('proxy.internal') } });
    await ask();
    const back = reportOf(await ask('undo'));
    expect(back.headline).toBe(`${RECORD} says proxy.internal now`);
    expect(said()).toEqual(['proxy.internal']);
    expect(runs.plans[1]?.facts).toContainEqual({
      label: 'Not asked (!)',
      value: 'proxy.internal is no server of this target: nobody has asked whether it takes writes',
    });
    await runs.stop();
    await begin();
    await ask();
    expect(await ask('undo')).toMatchObject({
      refused: 'shop-cache-2 takes no writes, and shop-cache-1 takes them: clients are pointed to that one alone',
    });
    expect(said()).toEqual([FIRST]);
  });

  it('is not taken back over what somebody else has written since', async () => {
    await begin();
    expect(await ask('undo')).toMatchObject({ refused: expect.stringContaining('there is nothing to undo') });
    await ask();
    model.zones = pointsTo('proxy.internal');
    expect(await ask('undo')).toMatchObject({
      refused: expect.stringContaining(`says proxy.internal, and the last change from here wrote ${FIRST}`),
    });
    expect(said()).toEqual(['proxy.internal']);
  });

  it('is settled with the truth when the bot dies before the answer', async () => {
    let died = false;
    const at = (point: string) => {
      if (point !== 'answered' || died) return;
      died = true;
      return new Promise<void>(() => {});
    };
    await begin({ at, model: { ...emptyCloud(), zones: pointsTo('proxy.internal') } });
    const arn = runs.start('repoint');
    await expect.poll(() => died, { timeout: 60_000 }).toBe(true);
    runs.kill(arn);
    await runs.cloud.advance(200_000);
    const report = reportOf(await runs.settle());
    expect(report.headline).toMatch(/^repoint\.write of .* was cut off: pointed/);
    expect(report.text).toContain(`Read back: ${RECORD} says ${FIRST}, TTL 30 s.`);
    expect(said()).toEqual([FIRST]);
    expect(reportOf(await ask('undo')).headline).toBe(`${RECORD} says proxy.internal now`);
  });
});

it('is watched: one that names another server is told of once, until it names the right one', async () => {
  await begin();
  const watched = async () => reportOf(await runs.run('watch'));
  const astray = await watched();
  expect(astray).toMatchObject({ status: 'critical', headline: 'clients are sent elsewhere than to shop-cache-1' });
  expect(astray.findings).toMatchObject([
    { key: `watch.pointer:${RECORD}`, change: 'NEW', actions: [{ operation: 'repoint' }] },
  ]);
  model.faults['route53:ListResourceRecordSets'] = 'denied';
  expect(await watched()).toMatchObject({
    status: 'unknown',
    headline: expect.stringContaining(
      `shop-cache-1 takes the writes; ${RECORD} was not read: The role of run may not call`,
    ),
  });
  delete model.faults['route53:ListResourceRecordSets'];
  expect((await watched()).findings).toMatchObject([{ change: 'SAME' }]);
  await ask();
  const well = await watched();
  expect(well).toMatchObject({ status: 'healthy', findings: [] });
  expect(well.facts).toContainEqual({ label: `${RECORD} says`, value: `shop-cache-1 (${FIRST})` });
});

it('points nobody anywhere while two take writes, or to a server that takes none', async () => {
  await begin();
  expect(await ask('shop-cache-2')).toMatchObject({
    refused: 'shop-cache-2 takes no writes, and shop-cache-1 takes them: clients are pointed to that one alone',
  });
  await servers.replica?.call('REPLICAOF', 'NO', 'ONE');
  expect(await ask()).toMatchObject({
    refused: '2 servers take writes: shop-cache-1 and shop-cache-2. Stop the wrong one first',
  });
  expect([runs.plans, said()]).toEqual([[], [SECOND]]);
});
