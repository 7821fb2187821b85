import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drillName } from '../../../src/providers/rds/drill/marks.ts';
import { takeFreePort } from '../../../src/runtime/free-port.ts';
import { runName } from '../../../src/core/run.ts';
import { DRILL_ROLE, reportOf } from '../../app/switchover-runs.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { auroraCluster, NIGHT_MS } from '../../local/aws/cloud/states/acting.ts';
import { fillShop, openCloudDrills, PLACE, type CloudDrills } from './cloud-drills.ts';

let server: TestPostgres;
let drills: CloudDrills;
beforeAll(async () => {
  server = await startTestPostgres();
  await fillShop(server);
});
afterEach(() => drills.stop());
afterAll(() => server.stop('immediate'));

const begin = async (change: Parameters<typeof openCloudDrills>[1] = {}) =>
  (drills = await openCloudDrills(server, change));
const ours = () => drills.model.snapshots.find(({ SnapshotType }) => SnapshotType === 'manual');

describe('a drill of what RDS hosts', () => {
  it('restores the newest snapshot apart, looks at what is in it, notes it, and has it deleted', async () => {
    const assertions = { 'orders-exist': 'SELECT count(*) >= 500 FROM orders' };
    const { runs, copies, model } = await begin({ policy: { assertions } });
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    expect(report.headline).toMatch(
      /^nightshift-shop-db-20261128-[0-9a-f]{8} comes back: restored, reached and looked at in .* \(L4\)$/,
    );
    expect(report.findings).toEqual([]);
    const seen = Object.fromEntries((report.tables[0]?.rows ?? []).map(({ what, outcome }) => [what, outcome]));
    expect(seen).toMatchObject({
      'assertion orders-exist': 'passed',
      'rows (shop)': 'passed',
      'roles and grants': 'passed',
      'sequences (shop)': 'passed',
      'indexes (shop)': 'passed',
      'tables page by page (shop)': 'passed',
    });
    expect(model.instances).toHaveLength(1);
    expect(copies.running()).toEqual([]);
    expect(ours()?.TagList).toContainEqual({ Key: 'nightshift:proven', Value: expect.any(String) });
    expect(ours()?.TagList).toContainEqual({
      Key: 'nightshift:drilled',
      Value: expect.stringMatching(/Z L4 \d+ \d+$/),
    });
  });

  it('is made in its own place by its own role, unprotected, and only that is deleted', async () => {
    const { runs, model } = await begin();
    reportOf(await runs.run('backup'));
    reportOf(await runs.run('drill'));
    const [, ...policies] = model.sessions
      .filter(({ role }) => role === DRILL_ROLE)
      .map(({ policy }) => JSON.parse(policy ?? ''));
    const deleted = policies.find((one) => JSON.stringify(one).includes('DeleteDBInstance'));
    const name = /nightshift-drill-shop-db-20261128-[0-9a-f]{8}$/;
    expect(deleted.Statement[0]).toMatchObject({
      Action: 'rds:DeleteDBInstance',
      Resource: [expect.stringMatching(name)],
    });
    const planned = await runs.state.approvals.plan(runName('drill', 'test 2'));
    expect(planned?.plan.identity).toMatchObject({
      as: expect.stringMatching(name),
      settings: {
        subnets: PLACE.subnetGroup,
        securityGroups: PLACE.securityGroups[0],
        class: PLACE.class,
        protection: 'off',
      },
    });
    expect(planned?.plan.facts).toContainEqual({ label: 'Costs', value: expect.stringMatching(/^a db\.t4g\.medium/) });
    expect(planned?.plan.steps.at(-1)).toMatch(
      /delete nightshift-drill-.* without a last snapshot, whatever was found/,
    );
  });

  it('to a random second proves the logs too, and draws what drills took before', async () => {
    const { runs } = await begin();
    reportOf(await runs.run('backup'));
    reportOf(await runs.run('drill'));
    const report = reportOf(await runs.run('drill', { to: 'random' }));
    const planned = await runs.state.approvals.plan(runName('drill', 'test 3'));
    const { to = '' } = (planned?.plan.identity['settings'] ?? {}) as { to?: string };
    expect(Date.parse(to)).toBeGreaterThanOrEqual(NIGHT_MS - 7 * 86_400_000);
    expect(Date.parse(to)).toBeLessThanOrEqual(NIGHT_MS);
    expect(report.status).toBe('healthy');
    expect(report.headline).toContain(`shop-db-1 at ${to.slice(0, 19).replace('T', ' ')} UTC comes back`);
    expect(report.headline).toMatch(/\(L5\)$/);
    expect(report.charts[0]?.series[0]?.points).toHaveLength(2);
    expect(runs.cloud.asked).toContain('rds:RestoreDBInstanceToPointInTime');
  });

  it('of Aurora restores a cluster with one instance, and deletes both', async () => {
    const model = auroraCluster();
    const own = { DBClusterArn: 'arn:aws:rds:eu-central-1:123456789012:cluster:shop', BackupRetentionPeriod: 7 };
    model.clusters = model.clusters.map((one) => ({ ...one, ...own, LatestRestorableTime: new Date(NIGHT_MS) }));
    const [member] = server.spec.members;
    const spec = { provider: 'aurora', members: [{ ...member!, identifier: 'shop-1' }] };
    const { runs, copies } = await begin({ model, spec });
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    expect(report.findings).toEqual([]);
    expect(report.status).toBe('healthy');
    expect(runs.cloud.asked).toEqual(expect.arrayContaining(['rds:DeleteDBInstance', 'rds:DeleteDBCluster']));
    expect(model.clusters).toHaveLength(1);
    expect(model.instances).toHaveLength(3);
    expect(copies.running()).toEqual([]);
  });
});

describe('a drill that fails', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'a table that is empty',
      'UPDATE pg_class SET reltuples = 500 WHERE oid = $$lost$$::regclass',
      'drill:rows-(shop)',
      /lost is empty/,
    ],
    [
      'a sequence that is behind',
      "SELECT setval('orders_id_seq', 3)",
      'drill:sequences-(shop)',
      /orders_id_seq is behind/,
    ],
  ])('names %s, notes no proof, and is taken away all the same', async (_what, plant, key, words) => {
    await server.query('CREATE TABLE IF NOT EXISTS lost (id int)');
    await server.query(plant);
    const { runs, copies, model } = await begin();
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    await server.query('DROP TABLE lost');
    await server.query("SELECT setval('orders_id_seq', 500)");
    expect(report).toMatchObject({
      status: 'critical',
      headline: expect.stringMatching(/^the drill of shop-db failed/),
    });
    expect(report.findings).toMatchObject([{ key, sentence: expect.stringMatching(words) }]);
    expect(ours()?.TagList?.map(({ Key }) => Key)).not.toContain('nightshift:proven');
    expect(ours()?.TagList).toContainEqual({
      Key: 'nightshift:drilled',
      Value: expect.stringMatching(/failed \d+ \d+$/),
    });
    expect(model.instances).toHaveLength(1);
    expect(copies.running()).toEqual([]);
  });

  it('says that AWS gave it up, and has what there is deleted', async () => {
    const as = drillName('shop-db', runName('drill', 'test 2'), new Date(NIGHT_MS).toISOString());
    const { runs, model } = await begin({ troubles: [{ trouble: 'restore-fails', resource: as }] });
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    expect(report.findings).toMatchObject([
      { key: 'drill:restore', sentence: expect.stringMatching(/is restore-error/) },
    ]);
    expect(model.instances).toHaveLength(1);
  });

  it('says that nobody could log in, and has it deleted', async () => {
    const port = await takeFreePort();
    const unreached = { cut: async () => {}, make: async () => ({ host: '127.0.0.1', port }), drop: async () => {} };
    const { runs, model } = await begin({ copies: unreached });
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    expect(report.findings).toMatchObject([
      {
        key: 'drill:reach',
        sentence: expect.stringMatching(/nobody could log in/),
        next: expect.stringMatching(/drillIn/),
      },
    ]);
    expect(ours()?.TagList?.map(({ Key }) => Key)).not.toContain('nightshift:drilled');
    expect(model.instances).toHaveLength(1);
  });

  it('says what is left where AWS does not delete it', async () => {
    const code = 'AccessDenied';
    const { runs, model } = await begin({ troubles: [{ trouble: 'refused', action: 'rds:DeleteDBInstance', code }] });
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    expect(report.status).toBe('critical');
    expect(report.findings).toMatchObject([
      {
        key: 'drill:leftover',
        sentence: expect.stringMatching(/is still there, and costs money: the drill role may not/),
      },
    ]);
    expect(model.instances).toHaveLength(2);
  });

  it('looks at no more than its login may, and says which grant is missing', async () => {
    await server.query('REVOKE pg_read_all_data FROM nightshift_read');
    const { runs } = await begin();
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    await server.query('GRANT pg_read_all_data TO nightshift_read');
    expect(report.text.join(' ')).toMatch(
      /Not looked at: .*rows \(shop\) \(0 of \d+ tables read to their end; \d+ may not be read: GRANT pg_read_all_data/,
    );
    expect(report.headline).toMatch(/\(L3\)$/);
  });
});

describe('a drill that is refused', () => {
  it('has no place, no role, or nothing to restore', async () => {
    await begin({ spec: { backup: undefined as never } });
    expect(await drills.runs.run('drill')).toMatchObject({ refused: expect.stringMatching(/drillIn: .*subnetGroup/) });
    await drills.stop();
    await begin({ drillRole: undefined });
    expect(await drills.runs.run('drill')).toMatchObject({
      refused: expect.stringMatching(/NIGHTSHIFT_DRILL_ROLE_ARN/),
    });
    await drills.stop();
    const code = 'InstanceQuotaExceeded';
    await begin({ troubles: [{ trouble: 'refused', action: 'rds:RestoreDBInstanceFromDBSnapshot', code }] });
    reportOf(await drills.runs.run('backup'));
    expect(await drills.runs.run('drill')).toMatchObject({
      refused: expect.stringMatching(`nothing was drilled: .*${code}`),
    });
  });
});
