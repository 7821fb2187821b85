import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { planHash } from '../../src/core/plan.ts';
import { runName } from '../../src/core/run.ts';
import { renderPlan } from '../../src/slack/render-plan.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import { fillShop, openCloudDrills, type CloudDrills } from '../operations/drill/cloud-drills.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { faultsOf, linesOf, textOf } from '../slack/block-rules.ts';
import { reportOf, type Point } from './switchover-runs.ts';

let server: TestPostgres;
let drills: CloudDrills;
beforeAll(async () => {
  server = await startTestPostgres();
  await fillShop(server);
});
afterEach(() => drills.stop());
afterAll(() => server.stop('immediate'));

const HOURS_MS = 3_600_000;

/** A backup, and then a drill until AWS has taken its order: `begun` resolves with its ARN. */
async function drillUntilBegun(): Promise<string> {
  let isDrill = false;
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const at = (point: Point) => {
    if (isDrill && point === 'answered') resolve();
  };
  drills = await openCloudDrills(server, { at });
  reportOf(await drills.runs.run('backup'));
  isDrill = true;
  const arn = drills.runs.start('drill');
  await begun;
  return arn;
}

describe('a drill of what RDS hosts, the whole way', () => {
  it('reads like this', async () => {
    drills = await openCloudDrills(server);
    const { runs } = drills;
    reportOf(await runs.run('backup'));
    const report = reportOf(await runs.run('drill'));
    const planned = await runs.state.approvals.plan(runName('drill', 'test 2'));
    if (!planned) throw new Error('a drill has a plan');
    const { plan } = planned;
    const asked = { hash: planHash(plan), askedBy: 'U0OMAR', approvalsNeeded: 0, approvedBy: [] };
    const planText = textOf(renderPlan(plan, asked));
    expect(planText).toMatch(/Nothing: what is deleted is what this drill has made/);
    expect(planText).toMatch(/a db\.t4g\.medium and its storage for as long as the drill takes/);
    const message = renderReport(report, { style: 'channel' });
    const { text, blocks, thread } = message;
    expect(text).toMatch(/^:large_green_circle: \*shop-db\* .*nightshift-shop-db-\S+ comes back: .*\(L4\)/);
    expect(faultsOf(message)).toEqual([]);
    const whole = JSON.stringify([blocks, thread]);
    expect(whole).toMatch(/It answered after/);
    expect(whole).toMatch(/indexes \(shop\)/);
    expect(linesOf(blocks)[0]).toBe(text);
  });

  it('goes on where its process died, and is taken away once', async () => {
    const arn = await drillUntilBegun();
    await drills.runs.crash();
    const report = reportOf(await drills.runs.ended(arn));
    expect(report.status).toBe('healthy');
    const asked = drills.runs.cloud.asked.filter((one) => /Restore|DeleteDB/.test(one));
    expect(asked).toEqual(['rds:RestoreDBInstanceFromDBSnapshot', 'rds:DeleteDBInstance']);
    expect(drills.model.instances).toHaveLength(1);
    expect(drills.copies.running()).toEqual([]);
  });

  it('leaves what a stopped run made to the sweep, four hours after', async () => {
    const arn = await drillUntilBegun();
    const { runs, model } = drills;
    runs.kill(arn);
    await runs.ended(arn).catch(() => undefined);
    await runs.cloud.advance(HOURS_MS);
    expect(reportOf(await runs.run('sweep')).headline).toBe('drills of shop-db left nothing');
    expect(model.instances).toHaveLength(2);
    await runs.cloud.advance(4 * HOURS_MS);
    expect(reportOf(await runs.run('sweep')).headline).toBe('what drills of shop-db had left is deleted');
    expect(model.instances).toHaveLength(1);
    expect(drills.copies.running()).toEqual([]);
  });
});
