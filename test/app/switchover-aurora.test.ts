import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { emptyCloud } from '../../src/local/aws/cloud/model.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { noJournal } from '../operations/no-journal.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { ALLOWED } from './multi-zone.ts';
import { FAILOVER_ROLE, openSwitchoverRuns, reportOf, type SwitchoverRuns } from './switchover-runs.ts';

/** What moves data is in switchover-rds-data.test.ts: here AWS says no, and the servers stay as they are. */
let pair: TestPostgres;
let runs: SwitchoverRuns;
beforeAll(async () => {
  pair = await startTestPostgres({ replica: true });
});
afterAll(() => pair.stop());
afterEach(() => runs.stop());

async function begin(troubles: readonly CloudTrouble[], model = cluster('shop-db-1')): Promise<SwitchoverRuns> {
  const spec = { ...pair.spec, provider: 'aurora' };
  runs = await openSwitchoverRuns({ model, spec, troubles, secrets: pair.environment });
  return runs;
}

describe('a switchover of a cluster', () => {
  it.each([
    ['failover-fails', 'The failover of shop failed (RDS-EVENT-0069): look at its instances.'],
    ['goes-back', 'AWS has promoted the former writer of shop again (RDS-EVENT-0070).'],
  ] as const)('that %s is not done, and the former writer says so itself', async (trouble, why) => {
    const { switchover, orders, state } = await begin([{ trouble, resource: 'shop' }]);
    const report = reportOf(await switchover());
    expect(report).toMatchObject({
      status: 'warning',
      headline: `not switched: ${why} shop-db-1 takes the writes as before`,
    });
    expect(report.text).toContain('shop-db-1 takes writes and was not started anew.');
    expect([orders(), await state.intents.open()]).toEqual([1, []]);
  });

  it('that AWS refuses is not done, with the reason', async () => {
    const code = 'InvalidDBClusterStateFault';
    const { switchover } = await begin([{ trouble: 'refused', action: 'rds:FailoverDBCluster', code }]);
    expect(reportOf(await switchover()).headline).toMatch(
      /^not switched: AWS says that shop is not in a state in which it can fail over/,
    );
  });

  it('of RDS with two readable standbys goes the same way', async () => {
    const model = cluster('shop-db-1');
    const [one] = model.clusters;
    model.clusters = [{ ...one, Engine: 'postgres' }];
    const troubles: CloudTrouble[] = [{ trouble: 'goes-back', resource: 'shop' }];
    const spec = { ...pair.spec, provider: 'rds' };
    runs = await openSwitchoverRuns({ model, spec, troubles, secrets: pair.environment });
    expect(reportOf(await runs.switchover()).headline).toContain('RDS-EVENT-0070');
    expect(runs.plans[0]?.loss).toContain('at least one reader has each of them');
  });

  it('to a server that is not in the cluster is refused, with those that are', async () => {
    const { switchover } = await begin([]);
    expect(await switchover({ to: 'shop-db-9' })).toEqual({
      refused: 'shop-db-9 is no server that could take the writes; there are: shop-db-2.',
    });
  });

  it('to the server that takes the writes by now orders nothing', async () => {
    const { orders } = await begin([], cluster('shop-db-2'));
    const spec = { ...pair.spec, provider: 'aurora' };
    const access = { region: 'eu-central-1', now: runs.cloud.now, failoverRole: FAILOVER_ROLE, actingFor: 'x' };
    const cloud = await openCloud(spec, access);
    const order = { from: 'shop-db-1', to: 'shop-db-2', identity: {} };
    const began = cloud.engine === 'postgres' ? await cloud.switchover?.begin(order, noJournal) : undefined;
    cloud.close();
    expect(began).toMatchObject({ ended: 'switched', lost: 'none' });
    expect(orders()).toBe(0);
  });
});

/** `shop` of Aurora, with two instances. */
function cluster(writer: string): CloudModel {
  const { instances } = healthyRds('shop-db-1', 'shop-db-2');
  const inCluster = { MultiAZ: false, Engine: 'aurora-postgresql', DBClusterIdentifier: 'shop' };
  return {
    ...emptyCloud(),
    instances: instances.map((instance) => ({ ...instance, ...inCluster })),
    clusters: [
      {
        DBClusterIdentifier: 'shop',
        DbClusterResourceId: 'cluster-SHOP',
        DBClusterArn: 'arn:aws:rds:eu-central-1:123456789012:cluster:shop',
        Status: 'available',
        ...ALLOWED,
        Engine: 'aurora-postgresql',
        DBClusterMembers: instances.map(({ DBInstanceIdentifier }) => ({
          DBInstanceIdentifier,
          IsClusterWriter: DBInstanceIdentifier === writer,
          PromotionTier: 1,
        })),
      },
    ],
  };
}
