import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookAtBackups } from '../../src/app/look-at-backups.ts';
import type { BackupsSeen } from '../../src/core/backups-seen.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { RunContext, Steps, TargetName } from '../../src/core/operation.ts';
import type { Report } from '../../src/core/report.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { backups } from '../../src/operations/backups.ts';
import { health } from '../../src/operations/health.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { renderReport } from '../../src/slack/render-report.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { expectPublished } from '../published-json.ts';
import { faultsOf } from '../slack/block-rules.ts';
import { cacheGroup, NIGHT_MS, startActing, type Acting } from '../local/aws/cloud/states/acting.ts';
import { multiZone } from './multi-zone.ts';
import { hostedSpec } from './snapshot-spec.ts';

const DAY_MS = 86_400_000;
const AT = new Date(NIGHT_MS).toISOString();
let cloud: Acting | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud?.close();
  cloud = undefined;
});

const policy = {
  ...usualBackupPolicy,
  copyTo: { kind: 'region', region: 'eu-west-1', kmsKey: 'alias/copies' },
} as const;
const rds = hostedSpec('rds', ['shop-db-1'], { backup: policy });

function snapshot(days: number, region = 'eu-central-1', change: object = {}) {
  const DBSnapshotIdentifier = `nightshift-shop-db-20261101-${String(days).padStart(8, '0')}`;
  return {
    DBSnapshotIdentifier,
    DBSnapshotArn: `arn:aws:rds:${region}:123456789012:snapshot:${DBSnapshotIdentifier}`,
    DBInstanceIdentifier: 'shop-db-1',
    SnapshotType: 'manual',
    Status: 'available',
    PercentProgress: 100,
    AllocatedStorage: 100,
    SnapshotCreateTime: new Date(NIGHT_MS - days * DAY_MS),
    TagList: [
      { Key: 'nightshift:target', Value: 'shop-db' },
      { Key: 'nightshift:run', Value: 'backup-1' },
    ],
    ...change,
  };
}

/** What the stand-in tells, as `/db backups` and `/db health` are given it. */
async function seenOf(model: CloudModel, spec: TargetSpec): Promise<BackupsSeen> {
  cloud = await startActing({ model });
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
  const listBucket = async (bucket: string, prefix: string) =>
    (model.exports[bucket] ?? []).filter(({ key }) => key.startsWith(prefix));
  const opened = await openCloud(spec, { region: 'eu-central-1', now: () => NIGHT_MS, listBucket });
  try {
    return await lookAtBackups(
      spec,
      { stores: () => [], lastWriter: async () => undefined, snapshots: async () => opened.snapshots!.look() },
      AT,
    );
  } finally {
    opened.close();
  }
}

async function said(verb: 'backups' | 'health', seen: BackupsSeen, spec: TargetSpec): Promise<Report> {
  const target: TargetName = {
    name: spec.name,
    engine: spec.engine,
    environment: 'production',
    backedUp: true,
  };
  const sample = { usable: 100, used: 5, states: {}, applications: [], moreApplications: 0 };
  const look = {
    members: [{ name: `${spec.name}-1`, role: 'primary', reached: true }],
    primary: `${spec.name}-1`,
    answers: { 'postgres.connections': { sample } },
  };
  const context: Partial<RunContext<Steps>> = {
    trigger: { kind: 'command', user: 'U0VERA', channel: 'C0DBALERTS' },
    targets: [target],
    subject: spec.name,
    startedAt: AT,
    steps: { collect: async () => look } as unknown as RunContext<Steps>['steps'],
    each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context as RunContext<Steps>))),
    past: async () => ({}),
    backups: async () => seen,
    limits: () => ({}),
    hysteresis: () => ({}),
    trends: async () => [],
    neighbours: () => [],
    remember: async () => undefined,
  };
  const whole = context as RunContext<Steps>;
  const outcome = await (verb === 'backups' ? backups.run(whole, {}) : health.run(whole, {}));
  expectPublished(outcome);
  if ('done' in outcome) return outcome.done;
  throw new Error(JSON.stringify(outcome));
}

/** All that a person reads of it, in the channel and in the thread. */
function messageOf(report: Report): string {
  const { thread, ...first } = renderReport(report, { style: 'channel' });
  for (const message of [first, ...thread]) expect(faultsOf(message)).toEqual([]);
  return [first, ...thread].map(({ blocks }) => JSON.stringify(blocks)).join('\n');
}

describe('the snapshots of a database of RDS, as a message', () => {
  it('say what could be restored, where copies are, and how far one is', async () => {
    const copying = { Status: 'creating', PercentProgress: 40 };
    const model = multiZone();
    model.snapshots = [snapshot(0.1), snapshot(0.1, 'eu-west-1', copying), snapshot(7), snapshot(7, 'eu-west-1')];
    const message = messageOf(await said('backups', await seenOf(model, rds), rds));
    expect(message).toMatch(/could we restore now\? Yes, to any second until 2 min ago/);
    expect(message).toContain('its copy in eu-west-1 is creating, 40 %');
    expect(message).toContain('copy in eu-west-1');
    expect(message).toMatch(/In the eu-west-1 store/);
  });

  it('say in the health report that a copy is missing, and how to bring it', async () => {
    const model = multiZone();
    model.snapshots = [snapshot(2), snapshot(20, 'eu-west-1')];
    const report = await said('health', await seenOf(model, rds), rds);
    const found = report.findings.find(({ key }) => key === 'backups:copy');
    expect(found).toMatchObject({ severity: 'critical', change: 'NEW' });
    const message = messageOf(report);
    expect(message).toMatch(/has no whole copy in eu-west-1, none was begun: the newest copy there is 20 d old/);
    expect(message).toContain('backup shop-db copy');
    expect(message).toMatch(/critical/);
  });

  it('say what of the other region may not be looked at, and what is here all the same', async () => {
    const model = multiZone();
    model.snapshots = [snapshot(2)];
    const seen = await seenOf(model, rds);
    const unseen = await lookAtBackups(
      rds,
      {
        stores: () => [],
        lastWriter: async () => undefined,
        snapshots: async () => ({
          sample: {
            cloud: 'RDS',
            region: 'eu-central-1',
            source: 'shop-db-1',
            snapshots: [],
            automated: { days: 7, window: null, anySecond: { from: null, until: AT } },
            quota: null,
            copies: { where: 'eu-west-1', unseen: 'our role may not call rds:DescribeDBSnapshots.' },
            notes: [],
          },
        }),
      },
      AT,
    );
    expect(messageOf(await said('backups', seen, rds))).toContain('eu-central-1');
    const report = await said('health', unseen, rds);
    expect(report.findings.map(({ key }) => key)).toContain('backups:store:copies');
    expect(report.coverage?.gaps).toContainEqual(
      expect.objectContaining({ reason: expect.stringMatching(/eu-west-1 store could not be looked at/) }),
    );
  });
});

describe('the snapshots of a group of ElastiCache, as a message', () => {
  it('say which of them are in the bucket', async () => {
    const spec = hostedSpec('elasticache', ['shop-cache-001', 'shop-cache-002'], {
      backup: { ...usualBackupPolicy, copyTo: { kind: 'bucket', bucket: 'acme-exports' } },
    });
    const model = cacheGroup();
    const name = 'nightshift-shop-cache-20261127-0a1b2c3d';
    const ARN = `arn:aws:elasticache:eu-central-1:123456789012:snapshot:${name}`;
    const SnapshotCreateTime = new Date(NIGHT_MS - DAY_MS / 2);
    model.cacheSnapshots = [
      {
        SnapshotName: name,
        ARN,
        ReplicationGroupId: 'shop-cache',
        SnapshotSource: 'manual',
        SnapshotStatus: 'available',
        NodeSnapshots: [{ CacheSize: '8 MB', SnapshotCreateTime }],
      },
    ];
    model.tags[ARN] = [
      { Key: 'nightshift:target', Value: 'shop-cache' },
      { Key: 'nightshift:run', Value: 'backup-1' },
    ];
    model.exports['acme-exports'] = [
      { key: `${name}-0001.rdb`, sizeBytes: 1_048_576, modifiedAt: AT },
      // Of another target, whose name begins alike.
      { key: 'nightshift-shop-cache-eu-20261127-0a1b2c3d-0001.rdb', sizeBytes: 1, modifiedAt: AT },
    ];
    const seen = await seenOf(model, spec);
    const message = messageOf(await said('backups', seen, spec));
    expect(message).toContain('copy in acme-exports');
    expect(message).toContain('the rules of the bucket end them');
    expect(seen.stores[1]).toMatchObject({ store: 'acme-exports', count: 1 });
    expect(seen.findings.map(({ key }) => key)).not.toContain('backups:copy');
  });
});
