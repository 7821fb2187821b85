import type { DBInstance } from '@aws-sdk/client-rds';
import { describe, expect, it } from 'vitest';
import { instancePrechecks } from '../../../src/providers/rds/switchover/instance-prechecks.ts';
import { readEvents, type FailoverEvent } from '../../../src/providers/rds/switchover/events.ts';
import type { PendingWork } from '../../../src/targets/cloud.ts';
import { ALLOWED } from '../../app/multi-zone.ts';
import { healthyRds } from '../../local/aws/cloud/orders.ts';
import { NIGHT_MS, ZONES } from '../../local/aws/cloud/states/acting.ts';

const [healthy] = healthyRds('shop-db-1').instances;
const instance: DBInstance = { ...healthy, ...ZONES, ...ALLOWED, LatestRestorableTime: new Date(NIGHT_MS - 60_000) };
const upgrade: PendingWork = { what: 'db-upgrade', description: '18.5', optedInFor: null, forcedAt: null };

/** What is not in order. */
function wrong(
  change: Partial<DBInstance>,
  pending: readonly PendingWork[] = [],
  nowMs = NIGHT_MS,
  events: readonly FailoverEvent[] = [],
): string[] {
  const { SecondaryAvailabilityZone, LatestRestorableTime, ...rest } = { ...instance, ...change };
  const given = {
    ...rest,
    ...(SecondaryAvailabilityZone ? { SecondaryAvailabilityZone } : {}),
    ...(LatestRestorableTime ? { LatestRestorableTime } : {}),
  };
  return instancePrechecks(given, { pending, events }, nowMs)
    .filter(({ says }) => says !== 'ok')
    .map(({ says, sentence }) => `${says}: ${sentence}`);
}

describe('before an instance fails over', () => {
  it('a healthy one with a standby passes', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ PendingModifiedValues: { PendingCloudwatchLogsExports: {} } })).toEqual([]);
  });

  it.each<[string, Partial<DBInstance>, string]>([
    ['Multi-AZ is off', { MultiAZ: false }, 'stops: shop-db-1 has no standby: Multi-AZ is off.'],
    [
      'its standby is in no zone yet',
      { SecondaryAvailabilityZone: undefined },
      'stops: AWS names no zone of the standby of shop-db-1: it is not there yet.',
    ],
    ['it is busy', { DBInstanceStatus: 'backing-up' }, 'stops: shop-db-1 is backing-up: wait until it is available.'],
    ['it is broken', { DBInstanceStatus: 'failed' }, 'stops: shop-db-1 is failed: that has to be mended first.'],
    [
      'changes wait',
      { PendingModifiedValues: { DBInstanceClass: 'db.m6g.xlarge' } },
      'stops: shop-db-1 has changes that wait (DBInstanceClass), and a restart may apply them: let them be done first.',
    ],
    [
      'parameters wait for a restart',
      { DBParameterGroups: [{ DBParameterGroupName: 'shop', ParameterApplyStatus: 'pending-reboot' }] },
      'warns: The restart applies parameters of shop that have waited for one.',
    ],
    [
      'nothing is backed up',
      { BackupRetentionPeriod: 0 },
      'stops: shop-db-1 has no automated backups: whatever goes wrong could not be taken back.',
    ],
    [
      'its log of writes does not get away',
      { LatestRestorableTime: new Date(NIGHT_MS - 660_000) },
      'stops: shop-db-1 can be restored to 11 min ago at the latest (limit: 10 min): its log of writes does not get away.',
    ],
  ])('it is told when %s', (_, change, sentence) => {
    expect(wrong(change)).toEqual([sentence]);
  });

  it('it is not begun in or near the windows of AWS', () => {
    const near = { LatestRestorableTime: new Date('2026-11-28T02:50:00Z') };
    expect(wrong(near, [], Date.parse('2026-11-28T02:50:00Z'))).toEqual([
      'stops: The backup window of shop-db-1 is 03:00-03:30 UTC, within 15 minutes of now: wait until it is over.',
    ]);
    const sunday = { LatestRestorableTime: new Date('2026-11-29T04:10:00Z') };
    expect(wrong(sunday, [], Date.parse('2026-11-29T04:10:00Z'))[0]).toMatch(/^stops: The maintenance window/);
  });

  it('work of AWS that is due stops it, and work that only waits is told', () => {
    expect(wrong({}, [upgrade])).toEqual([
      'warns: 1 piece of work of AWS waits for shop-db-1; it is not done by this.',
    ]);
    const due = { ...upgrade, optedInFor: new Date(NIGHT_MS + 600_000).toISOString() };
    expect(wrong({}, [due])).toEqual(['stops: AWS does db-upgrade on shop-db-1 within 15 minutes: let it end first.']);
  });

  it('nobody may order what nobody has tagged for it', () => {
    expect(wrong({ TagList: [] })).toEqual([
      'stops: Nobody has allowed that shop-db-1 is failed over: tag it nightshift:failover = allowed (aws rds add-tags-to-resource --resource-name arn:aws:rds:eu-central-1:123456789012:db:shop-db-1 --tags Key=nightshift:failover,Value=allowed).',
    ]);
    const { TagList: _, ...untold } = instance;
    expect(instancePrechecks(untold, { pending: [], events: [] }, NIGHT_MS)).toContainEqual({
      name: 'Allowed',
      says: 'warns',
      sentence: 'AWS does not tell whether shop-db-1 is tagged nightshift:failover = allowed.',
    });
  });

  it('a failover within the last hour is told, because AWS may abandon the next', () => {
    const events = readEvents([
      { Message: 'Multi-AZ instance failover completed', Date: new Date(NIGHT_MS - 1_200_000) },
    ]);
    expect(wrong({}, [], NIGHT_MS, events)).toEqual([
      'warns: shop-db-1 failed over 20 min ago, and AWS may abandon another one so soon (RDS-EVENT-0034).',
    ]);
  });
});
