import { afterEach, describe, expect, it } from 'vitest';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import type { CloudTrouble } from '../../src/local/aws/cloud/states/trouble.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { auroraCluster } from '../local/aws/cloud/states/acting.ts';
import { multiZone } from './multi-zone.ts';
import { hostedSpec } from './snapshot-spec.ts';
import { openSwitchoverRuns, OPERATOR_ROLE, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

const AWAY = 'eu-west-1';
const KEY = 'alias/copies';
let runs: SwitchoverRuns;
afterEach(() => runs.stop());

const toRegion = (kmsKey: string | null = null) => ({
  backup: { ...usualBackupPolicy, copyTo: { kind: 'region', region: AWAY, kmsKey } as const },
});
const begin = async (model: CloudModel, spec: TargetSpec, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({ model, spec, secrets: {}, ...change }));
const rds = (kmsKey: string | null = null) => hostedSpec('rds', ['shop-db-1'], toRegion(kmsKey));
const encrypted = () => {
  const model = multiZone();
  model.instances = model.instances.map((one) => ({ ...one, StorageEncrypted: true }));
  return model;
};
const plain = () => {
  const model = multiZone();
  model.instances = model.instances.map((one) => ({ ...one, StorageEncrypted: false }));
  return model;
};
const away = ({ snapshots }: CloudModel) =>
  snapshots.filter(({ DBSnapshotArn }) => DBSnapshotArn?.split(':')[3] === AWAY);
const asked = (action: string) => runs.cloud.asked.filter((one) => one === action).length;
const tagsOf = (one: { TagList?: { Key?: string | undefined; Value?: string | undefined }[] | undefined } = {}) =>
  Object.fromEntries((one.TagList ?? []).map(({ Key, Value }) => [Key, Value]));

describe('a copy of a snapshot of RDS in another region', () => {
  it('is made with the snapshot, of its name, with our tags and the time of its data', async () => {
    const model = plain();
    await begin(model, rds());
    const report = reportOf(await runs.run('backup'));
    expect(report).toMatchObject({ status: 'healthy', headline: expect.stringMatching(/; a copy is in eu-west-1$/) });
    const [copy] = away(model);
    const [snapshot] = model.snapshots;
    expect(copy).toMatchObject({
      DBSnapshotIdentifier: snapshot?.DBSnapshotIdentifier,
      Status: 'available',
      SnapshotType: 'manual',
      SourceRegion: 'eu-central-1',
    });
    expect(copy).not.toHaveProperty('KmsKeyId');
    expect(tagsOf(copy)).toEqual({
      ...tagsOf(snapshot),
      'nightshift:cut': snapshot?.SnapshotCreateTime?.toISOString(),
    });
    expect(report.facts).toContainEqual({ label: 'Its name there', value: copy?.DBSnapshotArn });
    expect(runs.progress.some((line) => /^Have the cloud copy it to eu-west-1: .*creating, 50 %/.test(line))).toBe(
      true,
    );
  });

  it('is ordered as the operator role, in a session for these two snapshots and the keys alone', async () => {
    const model = encrypted();
    await begin(model, rds(KEY));
    expect(reportOf(await runs.run('backup')).status).toBe('healthy');
    const session = model.sessions.find(({ policy }) => policy?.includes('CopyDBSnapshot'));
    expect(session?.role).toBe(OPERATOR_ROLE);
    const name = away(model)[0]?.DBSnapshotIdentifier;
    expect(JSON.parse(session?.policy ?? '')).toMatchObject({
      Statement: [
        {
          Action: ['rds:CopyDBSnapshot', 'rds:AddTagsToResource'],
          Resource: [
            `arn:aws:rds:eu-central-1:123456789012:snapshot:${name}`,
            `arn:aws:rds:eu-west-1:123456789012:snapshot:${name}`,
          ],
        },
        { Action: ['kms:CreateGrant', 'kms:DescribeKey'] },
      ],
    });
  });

  it('is refused with the key to write where the snapshot is encrypted and none is named: the snapshot is there all the same', async () => {
    const model = encrypted();
    await begin(model, rds());
    const report = reportOf(await runs.run('backup'));
    expect(report).toMatchObject({
      status: 'warning',
      headline: expect.stringMatching(/it has no copy in eu-west-1$/),
    });
    expect(report.findings).toMatchObject([
      { key: 'backup.copy', sentence: expect.stringMatching(/write backup\.copyTo\.kmsKey, a key of eu-west-1/) },
    ]);
    expect(asked('rds:CopyDBSnapshot')).toBe(0);
  });

  it('is made once where the answer to the order was lost', async () => {
    const model = plain();
    model.faults['rds:CopyDBSnapshot'] = 'lost';
    await begin(model, rds());
    expect(reportOf(await runs.run('backup')).status).toBe('healthy');
    expect(away(model)).toHaveLength(1);
    expect(asked('rds:CopyDBSnapshot')).toBe(1);
  });

  it.each<[string, (model: CloudModel) => void, CloudTrouble[], RegExp]>([
    [
      'the quota there is used up',
      (model) => {
        const there = { SnapshotType: 'manual', Status: 'available' };
        model.mostSnapshots = 2;
        model.snapshots = [1, 2].map((n) => ({ ...there, DBSnapshotArn: `arn:aws:rds:${AWAY}:1:snapshot:other-${n}` }));
      },
      [],
      /the region that copies go to has as many manual snapshots/,
    ],
    [
      'twenty copies are on their way',
      (model) => {
        model.snapshots = Array.from({ length: 20 }, (_, n) => ({
          SnapshotType: 'manual',
          Status: 'creating',
          DBSnapshotIdentifier: `other-${n}`,
          DBSnapshotArn: `arn:aws:rds:${AWAY}:1:snapshot:other-${n}`,
        }));
      },
      [],
      /20 copies are on their way to eu-west-1, and AWS takes no more/,
    ],
    [
      'the key cannot be reached',
      () => {},
      [{ trouble: 'refused', action: 'rds:CopyDBSnapshot', code: 'KMSKeyNotAccessibleFault' }],
      /cannot reach the key of copyTo\.kmsKey/,
    ],
  ])('is refused with the reason where %s', async (_what, change, troubles, why) => {
    const model = plain();
    change(model);
    await begin(model, rds(), { troubles });
    const report = reportOf(await runs.run('backup'));
    expect(report.findings).toMatchObject([{ key: 'backup.copy', sentence: expect.stringMatching(why) }]);
  });

  it('that AWS gives up is told of, and a copy that is missing can be brought by itself', async () => {
    const model = plain();
    const troubles: CloudTrouble[] = [];
    await begin(model, rds(), { troubles });
    model.faults['rds:CopyDBSnapshot'] = 'denied';
    expect(reportOf(await runs.run('backup')).findings).toMatchObject([
      { sentence: expect.stringMatching(/operator role may not do it/) },
    ]);
    delete model.faults['rds:CopyDBSnapshot'];
    expect(reportOf(await runs.run('backup', { kind: 'copy' })).headline).toMatch(/^a copy of .* is in eu-west-1/);
    expect(away(model)).toMatchObject([{ Status: 'available' }]);
    // Once more: it is there, and nothing is ordered.
    const before = asked('rds:CopyDBSnapshot');
    expect(reportOf(await runs.run('backup', { kind: 'copy' })).status).toBe('healthy');
    expect(asked('rds:CopyDBSnapshot')).toBe(before);
    troubles.push({ trouble: 'copy-fails', resource: away(model)[0]?.DBSnapshotIdentifier ?? '' });
    model.snapshots = model.snapshots.filter((one) => !away(model).includes(one));
    expect(reportOf(await runs.run('backup', { kind: 'copy' })).findings).toMatchObject([
      { sentence: expect.stringMatching(/is failed: it is no backup/) },
    ]);
  });

  it('of that name which somebody else made there is left alone', async () => {
    const model = plain();
    await begin(model, rds());
    await runs.run('backup');
    model.snapshots = model.snapshots.map((one) => (away(model).includes(one) ? { ...one, TagList: [] } : one));
    expect(await runs.run('backup', { kind: 'copy' })).toMatchObject({
      refused: expect.stringMatching(/did not make; it was left alone/),
    });
  });

  it('is refused where the policy names no place, and where there is nothing to copy', async () => {
    await begin(plain(), hostedSpec('rds', ['shop-db-1']));
    expect(await runs.run('backup', { kind: 'copy' })).toMatchObject({ refused: expect.stringMatching(/copyTo/) });
    await runs.stop();
    await begin(plain(), rds());
    expect(await runs.run('backup', { kind: 'copy' })).toMatchObject({ refused: expect.stringMatching(/no whole/) });
  });
});

describe('a copy of a snapshot of Aurora', () => {
  it('is one of the cluster snapshot', async () => {
    const model = auroraCluster();
    const DBClusterArn = 'arn:aws:rds:eu-central-1:123456789012:cluster:shop';
    model.clusters = model.clusters.map((one) => ({ ...one, DBClusterArn }));
    await begin(model, hostedSpec('aurora', ['shop-1', 'shop-2', 'shop-3'], toRegion()));
    expect(reportOf(await runs.run('backup')).headline).toMatch(/; a copy is in eu-west-1$/);
    expect(model.clusterSnapshots).toHaveLength(2);
    expect(model.snapshots).toEqual([]);
  });
});
