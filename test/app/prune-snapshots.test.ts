import { afterEach, describe, expect, it } from 'vitest';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { Report } from '../../src/core/report.ts';
import type { CloudModel } from '../../src/local/aws/cloud/model.ts';
import { cacheGroup, CACHE_ARN, NIGHT_MS } from '../local/aws/cloud/states/acting.ts';
import { multiZone } from './multi-zone.ts';
import { hostedSpec } from './snapshot-spec.ts';
import { EXPIRY_ROLE, openSwitchoverRuns, reportOf, type Behind, type SwitchoverRuns } from './switchover-runs.ts';

const DAY_MS = 86_400_000;
const AWAY = 'eu-west-1';
const HOME = 'eu-central-1';
let runs: SwitchoverRuns;
afterEach(() => runs.stop());

type Made = { days: number; region?: string; proven?: boolean; pinned?: boolean; target?: string; status?: string };

const nameOf = (days: number) => `nightshift-shop-db-20261101-${String(days).padStart(8, '0')}`;
function snapshot({ days, region = HOME, proven, pinned, target = 'shop-db', status = 'available' }: Made) {
  const at = new Date(NIGHT_MS - days * DAY_MS);
  const tag = (Key: string, Value: string) => ({ Key, Value });
  return {
    DBSnapshotIdentifier: nameOf(days),
    DBSnapshotArn: `arn:aws:rds:${region}:123456789012:snapshot:${nameOf(days)}`,
    DBInstanceIdentifier: 'shop-db-1',
    SnapshotType: 'manual',
    Status: status,
    PercentProgress: status === 'available' ? 100 : 40,
    SnapshotCreateTime: at,
    TagList: [
      tag('nightshift:target', target),
      tag('nightshift:run', 'backup-1'),
      ...(proven ? [tag('nightshift:proven', new Date(NIGHT_MS - DAY_MS).toISOString())] : []),
      ...(pinned ? [tag('nightshift:pin', 'before the migration')] : []),
    ],
  };
}

const withSnapshots = (...made: Made[]): CloudModel => ({ ...multiZone(), snapshots: made.map(snapshot) });
const rds = hostedSpec('rds', ['shop-db-1'], { backup: usualBackupPolicy });
const copied = hostedSpec('rds', ['shop-db-1'], {
  backup: { ...usualBackupPolicy, copyTo: { kind: 'region', region: AWAY, kmsKey: null } },
});
const begin = async (model: CloudModel, change: Partial<Behind> = {}) =>
  (runs = await openSwitchoverRuns({ model, spec: rds, secrets: {}, ...change }));
const apply = async () => reportOf(await runs.run('prune', { what: 'apply' }));
const left = ({ snapshots }: CloudModel, region = HOME) =>
  snapshots
    .filter(({ DBSnapshotArn }) => DBSnapshotArn?.split(':')[3] === region)
    .map(({ DBSnapshotIdentifier: name }) => Number(name?.slice(-8)));
const deletions = () => runs.cloud.asked.filter((action) => /Delete/.test(action)).length;
const rowsOf = ({ tables }: Report, title: RegExp) => tables.find((one) => title.test(one.title))?.rows ?? [];

describe('what expired of the snapshots of RDS', () => {
  it('is shown, with what stays and why, and nothing is deleted', async () => {
    const model = withSnapshots(
      { days: 60 },
      { days: 45, pinned: true },
      { days: 40 },
      { days: 10, proven: true },
      { days: 1 },
    );
    await begin(model);
    const report = reportOf(await runs.run('prune'));
    expect(report.headline).toBe('2 backups of the eu-central-1 store can go; nothing was deleted');
    expect(rowsOf(report, /^Goes/)).toMatchObject([
      { label: nameOf(60), why: expect.stringMatching(/older than 30 d, and .*00000010 was restored after it/) },
      { label: nameOf(40) },
    ]);
    expect(rowsOf(report, /^Stays/)).toMatchObject([
      { label: nameOf(1), why: 'it is the newest' },
      { label: nameOf(10), why: 'it is the newest that was restored' },
      { label: nameOf(45), why: 'somebody pinned it' },
    ]);
    expect(deletions()).toBe(0);
    expect(model.snapshots).toHaveLength(5);
  });

  it('is deleted as the expiry role, each in a session for itself alone', async () => {
    const model = withSnapshots({ days: 60 }, { days: 40 }, { days: 10, proven: true }, { days: 1 });
    await begin(model);
    const report = await apply();
    expect(report.headline).toBe('2 backups deleted from the eu-central-1 store');
    expect(left(model)).toEqual([10, 1]);
    const sessions = model.sessions.filter(({ role }) => role === EXPIRY_ROLE);
    expect(sessions.map(({ policy }) => JSON.parse(policy ?? ''))).toMatchObject(
      [60, 40].map((days) => ({
        Statement: [
          {
            Action: 'rds:DeleteDBSnapshot',
            Resource: [`arn:aws:rds:eu-central-1:123456789012:snapshot:${nameOf(days)}`],
          },
        ],
      })),
    );
    expect(sessions[0]?.tags['nightshift:run']).toMatch(/^prune-[0-9a-f]{40}$/);
    expect(runs.plans).toMatchObject([
      {
        identity: { snapshots: { [HOME]: [nameOf(60), nameOf(40)] } },
        loss: expect.stringMatching(/cannot be brought back/),
      },
    ]);
    expect(runs.plans[0]).not.toHaveProperty('graver');
  });

  it.each<[string, Made[]]>([
    ['none was ever restored', [{ days: 60 }, { days: 40 }, { days: 1 }]],
    ['only an older one was restored', [{ days: 60, proven: true }, { days: 40 }, { days: 1 }]],
    ['it is of another target', [{ days: 60, target: 'orders' }, { days: 10, proven: true }, { days: 1 }]],
    ['it is the last that there is', [{ days: 60, proven: true }]],
    ['AWS is at work with it', [{ days: 60, status: 'modifying' }, { days: 10, proven: true }, { days: 1 }]],
  ])('stays where %s', async (_what, made) => {
    const model = withSnapshots(...made);
    await begin(model);
    await apply();
    expect(deletions()).toBe(0);
    expect(model.snapshots).toHaveLength(made.length);
  });

  it('says why all of it stays where nothing was ever restored', async () => {
    await begin(withSnapshots({ days: 60 }, { days: 40 }, { days: 1 }));
    expect((await apply()).text).toContain('keeps 2 that are older than 30 d: no newer one was ever restored');
  });

  it('asks an approver where more than half of all would go', async () => {
    const days = [70, 65, 60, 55, 50].map((one) => ({ days: one }));
    await begin(withSnapshots(...days, { days: 10, proven: true }, { days: 1 }));
    await apply();
    expect(runs.plans).toMatchObject([{ graver: 'prune-much' }]);
  });

  it('that was pinned after the plan stays, and the others go', async () => {
    const model = withSnapshots({ days: 60 }, { days: 40 }, { days: 10, proven: true }, { days: 1 });
    const pin = () => {
      model.snapshots = model.snapshots.map((one) =>
        one.DBSnapshotIdentifier === nameOf(60) ? snapshot({ days: 60, pinned: true }) : one,
      );
    };
    await begin(model, { at: (point) => void (point === 'intent' && pin()) });
    const report = await apply();
    expect(left(model)).toEqual([60, 10, 1]);
    expect(report.text).toContain(
      `${nameOf(60)} stayed in the eu-central-1 store: it is wanted again, or gone already.`,
    );
  });

  it('is told of as refused where there is no role for it, or the role may not', async () => {
    const made = [{ days: 60 }, { days: 10, proven: true }, { days: 1 }];
    const model = withSnapshots(...made);
    await begin(model, { expiryRole: undefined });
    expect((await apply()).text.join(' ')).toMatch(/NIGHTSHIFT_EXPIRY_ROLE_ARN/);
    await runs.stop();
    model.faults['rds:DeleteDBSnapshot'] = 'denied';
    await begin(model);
    expect((await apply()).text.join(' ')).toMatch(/it lacks our tags, or is pinned/);
    expect(model.snapshots).toHaveLength(3);
  });
});

describe('a deletion whose answer is lost', () => {
  it('is told of as cut off, and the next run goes on from what is there', async () => {
    const model = withSnapshots({ days: 60 }, { days: 40 }, { days: 10, proven: true }, { days: 1 });
    model.faults['rds:DeleteDBSnapshot'] = 'lost';
    await begin(model);
    const report = await apply();
    expect(report).toMatchObject({ status: 'warning', headline: expect.stringMatching(/^it was cut off/) });
    expect(left(model)).toEqual([40, 10, 1]);
    delete model.faults['rds:DeleteDBSnapshot'];
    expect((await apply()).headline).toBe('1 backup deleted from the eu-central-1 store');
    expect(left(model)).toEqual([10, 1]);
  });
});

describe('what expired of copies in another region', () => {
  const both = (one: Made) => [one, { ...one, region: AWAY, proven: false }];

  it('goes where a newer copy is of a snapshot that was restored', async () => {
    const model = withSnapshots(...both({ days: 60 }), ...both({ days: 10, proven: true }), ...both({ days: 1 }));
    await begin(model, { spec: copied });
    const report = await apply();
    expect(report.headline).toBe(
      '1 backup deleted from the eu-central-1 store; 1 backup deleted from the eu-west-1 store',
    );
    expect(left(model)).toEqual([10, 1]);
    expect(left(model, AWAY)).toEqual([10, 1]);
  });

  it('stays where only its own region has the restored one', async () => {
    const model = withSnapshots(
      { days: 60, region: AWAY },
      { days: 10, proven: true },
      { days: 1 },
      { days: 1, region: AWAY },
    );
    await begin(model, { spec: copied });
    await apply();
    expect(left(model, AWAY)).toEqual([60, 1]);
  });

  it('holds a snapshot back that is being copied, and all of them where the copies cannot be seen', async () => {
    const made: Made[] = [
      { days: 60 },
      { days: 60, region: AWAY, status: 'creating' },
      { days: 10, proven: true },
      { days: 1 },
    ];
    await begin(withSnapshots(...made), { spec: copied });
    const report = reportOf(await runs.run('prune'));
    expect(rowsOf(report, /^Stays in eu-central-1/)).toContainEqual({
      label: nameOf(60),
      why: 'it is being copied to eu-west-1',
    });
    await apply();
    expect(deletions()).toBe(0);
  });
});

describe('what expired of the snapshots of ElastiCache', () => {
  it('goes by tags that only ListTagsForResource shows', async () => {
    const model = cacheGroup();
    const place = CACHE_ARN.split(':').slice(0, 5).join(':');
    for (const days of [20, 5, 1]) {
      const SnapshotName = `nightshift-shop-cache-20261101-${String(days).padStart(8, '0')}`;
      const ARN = `${place}:snapshot:${SnapshotName}`;
      const SnapshotCreateTime = new Date(NIGHT_MS - days * DAY_MS);
      model.cacheSnapshots.push({
        SnapshotName,
        ARN,
        ReplicationGroupId: 'shop-cache',
        SnapshotSource: 'manual',
        SnapshotStatus: 'available',
        NodeSnapshots: [{ SnapshotCreateTime }],
      });
      model.tags[ARN] = [
        { Key: 'nightshift:target', Value: 'shop-cache' },
        { Key: 'nightshift:run', Value: 'backup-1' },
        ...(days === 5 ? [{ Key: 'nightshift:proven', Value: new Date(NIGHT_MS).toISOString() }] : []),
      ];
    }
    const spec = hostedSpec('elasticache', ['shop-cache-001', 'shop-cache-002'], { backup: usualBackupPolicy });
    await begin(model, { spec });
    expect((await apply()).headline).toBe('1 backup deleted from the eu-central-1 store');
    expect(model.cacheSnapshots.map(({ SnapshotName }) => SnapshotName?.slice(-1))).toEqual(['5', '1']);
  });
});
