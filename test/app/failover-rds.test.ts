import { FailoverDBClusterCommand, RebootDBInstanceCommand } from '@aws-sdk/client-rds';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { SECOND_MS } from '../local/aws/cloud/states/acting.ts';
import {
  ACCEPTING,
  besides,
  caughtUp,
  deadInstance,
  deadWriter,
  hostedPair,
  openFailoverRuns,
  QUARANTINE,
  silentInstance,
  startPair,
} from './dead-instance.ts';
import { reportOf, type Behind, type Point, type SwitchoverRuns } from './switchover-runs.ts';

let pair: Awaited<ReturnType<typeof startPair>>;
let runs: SwitchoverRuns;
beforeAll(async () => {
  pair = await startPair();
  await pair.query('CREATE TABLE led (n int)');
  await pair.query('INSERT INTO led VALUES (1), (2)');
  await caughtUp(pair);
});
afterAll(() => pair.stop('immediate'));
afterEach(() => runs.stop());

const begin = async (change: Partial<Behind> = {}) => (runs = await openFailoverRuns(pair, change));
const failover = (args: Record<string, string> = ACCEPTING) => runs.ended(runs.start('failover', args));
/** AWS promotes, and the server behind it stays what it is. */
const inName = { 'shop-db-2': { moveTo: async () => {} } };
const groupsOf = (model: ReturnType<typeof deadInstance>) =>
  model.instances[0]?.VpcSecurityGroups?.map(({ VpcSecurityGroupId, Status }) => `${VpcSecurityGroupId} ${Status}`);
const withoutQuarantine = () => {
  const { quarantine: _, ...spec } = hostedPair(pair);
  return spec;
};
const BEFORE = ['sg-0a991ca7 active'];

describe('a failover of an instance that is alive', () => {
  it('is refused at once, with who sees it', async () => {
    const { plans } = await begin();
    expect(await failover()).toEqual({
      refused: 'shop-db-1 is alive. Seen from here: shop-db-1 answers. Nothing was done.',
    });
    expect(plans).toEqual([]);
  });
});

describe('a failover of an instance that is dead', () => {
  beforeAll(() => pair.primary.stop('immediate'));

  it('is refused without a role of its own', async () => {
    await begin({ failoverRole: undefined });
    expect(await failover()).toEqual({ refused: expect.stringContaining('NIGHTSHIFT_FAILOVER_ROLE_ARN') });
  });

  it('is not asked of people while AWS does not see it dead, though two others do', async () => {
    const { plans, progress } = await begin({ model: silentInstance(), eachRequestMs: 30_000 });
    expect(await failover()).toEqual({
      refused: expect.stringMatching(
        /^shop-db-1 was not dead for 2 min without a break.*\(this room and AWS among them\), and 2 of 3 do\..*AWS: shop-db-1 is shown as available, and CloudWatch had a metric of it/,
      ),
    });
    expect([plans, progress[0]]).toEqual([[], 'Watch whether shop-db-1 stays dead: dead for 0 of 120 s']);
  });

  it('says what would be lost, and what to type', async () => {
    const { plans } = await begin({ spec: withoutQuarantine() });
    const asked = await failover({});
    expect(asked).toEqual({
      refused: expect.stringMatching(/That has to be accepted: \/db failover shop-db accept-loss=\d+min shop-db$/),
    });
    expect(plans).toEqual([]);
  });

  it('that AWS throttles once goes on; that AWS has no capacity for is taken back', async () => {
    const troubles: CloudTrouble[] = [
      { trouble: 'throttled', action: 'rds:ModifyDBInstance', times: 1 },
      { trouble: 'refused', action: 'rds:PromoteReadReplica', code: 'InsufficientDBInstanceCapacity', times: 1 },
    ];
    const model = deadInstance();
    const { state } = await begin({ model, troubles, bindings: inName });
    expect(reportOf(await failover())).toMatchObject({
      status: 'warning',
      headline: expect.stringMatching(/^not failed over: AWS has no capacity for shop-db-2 \(Insufficient/),
      text: expect.arrayContaining(['Nothing was lost by this: shop-db-2 was not promoted.']),
    });
    expect(groupsOf(model)).toEqual(BEFORE);
    expect(await state.intents.open()).toEqual([]);
  });

  it('whose quarantine AWS refuses is not done where nobody accepted two writers', async () => {
    const troubles: CloudTrouble[] = [
      { trouble: 'refused', action: 'rds:ModifyDBInstance', code: 'InvalidDBInstanceState' },
    ];
    const model = deadInstance();
    const { orders } = await begin({ model, troubles, bindings: inName });
    expect(reportOf(await failover()).headline).toMatch(
      /^not failed over: AWS says that shop-db-1 is not in a state in which it can be changed/,
    );
    expect([orders(), groupsOf(model), model.instances[1]?.ReadReplicaSourceDBInstanceIdentifier]).toEqual([
      1,
      BEFORE,
      'shop-db-1',
    ]);
  });

  it('is taken back when the old primary is restarted before the promotion', async () => {
    const model = deadInstance();
    let orders = 0;
    const at = async (point: Point) => {
      if (point !== 'answered') return;
      orders += 1;
      await besides(runs).send(new RebootDBInstanceCommand({ DBInstanceIdentifier: 'shop-db-1' }));
      await runs.cloud.advance(40 * SECOND_MS);
    };
    await begin({ model, bindings: inName, at });
    expect(reportOf(await failover()).headline).toMatch(
      /^not failed over: shop-db-1 is alive\. AWS, .*DB instance restarted/,
    );
    expect([orders, groupsOf(model), model.instances[1]?.ReadReplicaSourceDBInstanceIdentifier]).toEqual([
      1,
      BEFORE,
      'shop-db-1',
    ]);
  });

  it.each([
    [
      'fails at AWS',
      { trouble: 'promotion-fails', resource: 'shop-db-2' },
      /The promotion of shop-db-2 failed\. AWS, .*has failed/,
    ],
    [
      'never ends',
      { trouble: 'stuck', resource: 'shop-db-2', status: 'modifying' },
      /Waited 3\d min for shop-db-2 to be promoted/,
    ],
  ] as const)('calls a person when the promotion %s, and promotes nobody else', async (_, trouble, why) => {
    const { state, orders } = await begin({ troubles: [trouble], bindings: inName, eachRequestMs: 40_000 });
    const report = reportOf(await failover());
    expect(report).toMatchObject({ status: 'critical', headline: expect.stringMatching(why) });
    expect(report.text.join(' ')).toContain('promote no other one before that is clear');
    expect([orders(), await state.intents.open()]).toEqual([2, [expect.objectContaining({ step: 'begin' })]]);
    expect((await state.brakes.inForce()).coolDowns).toMatchObject([
      { why: 'A failover ended without a clear answer' },
    ]);
  });

  it('that AWS calls done is not believed while the server takes no writes', async () => {
    await begin({ bindings: inName });
    expect(reportOf(await failover())).toMatchObject({
      status: 'critical',
      headline: expect.stringContaining('The cloud says that shop-db-2 is promoted, and shop-db-2 takes no writes'),
    });
  });
});

describe('a cluster whose writer is dead', () => {
  const cluster = () => ({ model: deadWriter(), spec: hostedPair(pair, { provider: 'aurora' }) });

  it('is left to AWS for three minutes, and then the message says what a person can do', async () => {
    const { plans, progress } = await begin(cluster());
    expect(await failover()).toEqual({
      refused: expect.stringMatching(
        /^shop-db-1 was watched for 3 min\. .*shop is a cluster: AWS alone chooses its writer.*failover-db-cluster --db-cluster-identifier shop --target-db-instance-identifier shop-db-2/,
      ),
    });
    expect([plans, progress[0]]).toEqual([[], 'Watch whether shop-db-1 stays dead: dead for 0 of 180 s']);
  });

  it('that AWS fails over meanwhile is alive, with the event', async () => {
    let looks = 0;
    const at = async (point: Point) => {
      if (point === 'look' && (looks += 1) === 2)
        await besides(runs).send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'shop' }));
    };
    await begin({ ...cluster(), at });
    expect(await failover()).toEqual({
      refused: expect.stringMatching(
        /^shop-db-2 is alive\. Seen from here: shop-db-2 answers\. AWS has failed it over by itself\. AWS, .*Completed failover to DB instance: shop-db-2/,
      ),
    });
  });
});

/** Last, because it makes a primary of the standby. */
describe('a failover of an instance with a standby that AWS does not fail over', () => {
  it('waits three minutes, and promotes the replica behind a quarantine that was read back', async () => {
    const model = deadInstance();
    const [one, two] = model.instances;
    model.instances = [{ ...one, MultiAZ: true }, ...(two ? [two] : [])];
    const { plans, orders, state, progress } = await begin({ model, lag: { describeSeconds: 20 } });
    const report = reportOf(await failover());
    expect(report).toMatchObject({
      status: 'warning',
      headline: 'shop-db-2 takes the writes now, shop-db-1 is fenced',
    });
    expect(progress[0]).toBe('Watch whether shop-db-1 stays dead: dead for 0 of 180 s');
    expect(plans[0]).toMatchObject({ graver: 'accept-loss', identity: { from: 'shop-db-1', to: 'shop-db-2' } });
    expect(report.text.join(' ')).toContain('To do: Point the clients at shop-db-2');
    await pair.replica.query('INSERT INTO led VALUES (3)');
    expect(await pair.replica.query('SELECT n FROM led ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect([groupsOf(model), model.instances[1]?.BackupRetentionPeriod, orders()]).toEqual([
      [`${QUARANTINE} active`],
      14,
      2,
    ]);
    expect(await state.intents.open()).toEqual([]);
    expect((await state.brakes.inForce()).coolDowns).toMatchObject([{ target: 'shop-db' }]);
    const acted = (await state.audit.byRun(plans[0]?.runId ?? '')).filter(({ what }) => what === 'acted');
    expect(acted.map(({ id }) => id.split(':')[2]?.split(' ')[0])).toEqual(
      expect.arrayContaining(['intent', 'journal', 'result']),
    );
  });
});
