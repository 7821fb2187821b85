import { afterEach, describe, expect, it } from 'vitest';
import { shortRun } from '../../src/core/run.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { multiZone } from './multi-zone.ts';
import { hostedSpec } from './snapshot-spec.ts';
import { openSwitchoverRuns, OPERATOR_ROLE, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({ model, spec: hostedSpec('rds', ['shop-db-1']), secrets: {}, ...change }));
const ordered = () => runs.cloud.asked.filter((action) => action === 'rds:CreateDBSnapshot').length;
const throttledOrders = (times: number): CloudTrouble => ({
  trouble: 'throttled',
  action: 'rds:CreateDBSnapshot',
  times,
});

describe('a backup of an instance of RDS', () => {
  it('is one snapshot by our name and tags, followed until it is whole', async () => {
    const model = multiZone();
    await begin(model);
    const report = reportOf(await runs.run('backup'));
    expect(report).toMatchObject({ status: 'healthy' });
    expect(report.headline).toMatch(
      /^snapshot nightshift-shop-db-20261128-[0-9a-f]{8} of shop-db-1, 100 GB: it is whole, and nobody has restored it yet$/,
    );
    expect(ordered()).toBe(1);
    const [snapshot] = model.snapshots;
    expect(snapshot).toMatchObject({ Status: 'available', SnapshotType: 'manual', DBInstanceIdentifier: 'shop-db-1' });
    expect(snapshot?.TagList).toEqual([
      { Key: 'nightshift:target', Value: 'shop-db' },
      { Key: 'nightshift:run', Value: expect.stringMatching(/^backup-[0-9a-f]{40}$/) },
    ]);
    expect(report.facts).toContainEqual({ label: 'Its name in AWS', value: snapshot?.DBSnapshotArn });
    expect(runs.progress.some((line) => /is creating, 50 %/.test(line))).toBe(true);
    expect(model.instances[0]?.DBInstanceStatus).toBe('available');
  });

  it('is made as the operator role, in a session that may make this one and tag it', async () => {
    const model = multiZone();
    await begin(model);
    await runs.run('backup');
    const [session] = model.sessions;
    const run = session?.tags['nightshift:run'] ?? '';
    expect(session).toMatchObject({ role: OPERATOR_ROLE, name: shortRun(run) });
    const name = model.snapshots[0]?.DBSnapshotIdentifier;
    expect(JSON.parse(session?.policy ?? '')).toMatchObject({
      Statement: [
        {
          Action: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
          Resource: [
            'arn:aws:rds:eu-central-1:123456789012:db:shop-db-1',
            `arn:aws:rds:eu-central-1:123456789012:snapshot:${name}`,
          ],
        },
      ],
    });
  });

  it('is made once where the answer to the order was lost', async () => {
    const model = multiZone();
    model.faults['rds:CreateDBSnapshot'] = 'lost';
    await begin(model);
    expect(reportOf(await runs.run('backup')).status).toBe('healthy');
    expect(model.snapshots).toHaveLength(1);
    expect(ordered()).toBe(1);
  });

  it('is ordered again where AWS had too much to do, and refused where that stays so', async () => {
    const model = multiZone();
    await begin(model, { troubles: [throttledOrders(2)] });
    expect(reportOf(await runs.run('backup')).status).toBe('healthy');
    await runs.stop();
    await begin(multiZone(), { troubles: [throttledOrders(99)] });
    expect(await runs.run('backup')).toMatchObject({
      refused: expect.stringMatching(/no more requests at the moment/),
    });
  });

  it.each<[string, (model: CloudModel) => void, RegExp]>([
    [
      'is busy',
      ({ instances: [one] }) => void Object.assign(one ?? {}, { DBInstanceStatus: 'modifying' }),
      /shop-db-1 is modifying: RDS takes snapshots of what is available/,
    ],
    ['has no room in the quota', (model) => (model.mostSnapshots = 0), /as many manual snapshots as it may/],
    [
      'may not be asked',
      (model) => (model.faults['rds:DescribeDBInstances'] = 'denied'),
      /Allow rds:DescribeDBInstances on .* to the role of run/,
    ],
    ['may not be ordered', (model) => (model.faults['rds:CreateDBSnapshot'] = 'denied'), /operator role may not do it/],
  ])('is refused with the reason where it %s', async (_what, change, why) => {
    const model = multiZone();
    change(model);
    await begin(model);
    expect(await runs.run('backup')).toMatchObject({ refused: expect.stringMatching(why) });
    expect(model.snapshots).toEqual([]);
  });

  it('is refused without a role for it, and where an increment is wanted', async () => {
    await begin(multiZone(), { operatorRole: undefined });
    expect(await runs.run('backup')).toMatchObject({ refused: expect.stringMatching(/NIGHTSHIFT_OPERATOR_ROLE_ARN/) });
    expect(await runs.run('backup', { kind: 'incremental' })).toMatchObject({
      refused: expect.stringMatching(/makes no increments/),
    });
  });

  it('that AWS gives up is told of as no backup', async () => {
    const troubles: CloudTrouble[] = [{ trouble: 'snapshot-fails', resource: 'shop-db-1' }];
    await begin(multiZone(), { troubles });
    const report = reportOf(await runs.run('backup'));
    expect(report).toMatchObject({ status: 'critical', headline: expect.stringMatching(/^no backup: /) });
    expect(report.findings[0]?.sentence).toMatch(/is failed: it is no backup/);
  });

  it('leaves a snapshot of the same name alone that somebody else made', async () => {
    const model = multiZone();
    await begin(model);
    await runs.run('backup');
    const [made] = model.snapshots;
    model.snapshots = [{ ...made, TagList: [] }];
    await runs.stop();
    // The same run begins anew, in a place that remembers nothing of it.
    await begin(model);
    expect(await runs.run('backup')).toMatchObject({
      refused: expect.stringMatching(/that this run did not make; it was left alone/),
    });
    expect(model.snapshots).toHaveLength(1);
  });
});
