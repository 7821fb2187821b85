import { describe, expect, it } from 'vitest';
import { awsSign, ownFailover, type InstanceView } from '../../../../src/providers/rds/failover/aws-sign.ts';
import { readOutageEvents, type OutageKind } from '../../../../src/providers/rds/failover/outage-events.ts';

const NOW_MS = Date.parse('2026-11-28T02:10:00Z');
const view = (change: Partial<InstanceView> = {}): InstanceView => ({
  name: 'shop-db-1',
  status: 'available',
  multiZone: false,
  events: [],
  heartbeatSeconds: 600,
  othersHeartbeatSeconds: 90,
  ...change,
});
const MESSAGES: Record<OutageKind, string> = {
  'failover-started': 'Multi-AZ instance failover started.',
  'failover-completed': 'Multi-AZ instance failover completed.',
  'recovery-started': 'Recovery of the DB instance has started. Recovery time will vary.',
  recovered: 'Recovery of the DB instance is complete.',
  shutdown: 'DB instance shutdown.',
  restarted: 'DB instance restarted.',
  failed: 'The DB instance has failed due to an incompatible configuration.',
};
/** Each so many seconds ago. */
const told = (...events: readonly (readonly [OutageKind, number])[]) =>
  readOutageEvents(events.map(([kind, ago]) => ({ Message: MESSAGES[kind], Date: new Date(NOW_MS - ago * 1000) })));
const sign = (change: Partial<InstanceView>) => awsSign(view(change), NOW_MS);

describe('AWS says that an instance is', () => {
  it.each([
    ['dead when CloudWatch has had no metric of it for five minutes', {}],
    ['dead when CloudWatch has none of it at all', { heartbeatSeconds: null }],
    ['dead when it has failed', { status: 'failed' }],
    ['dead when it was shut down and not started', { events: told(['shutdown', 120]), heartbeatSeconds: 60 }],
    [
      'dead when AWS tells that it has failed',
      { events: told(['restarted', 900], ['failed', 60]), heartbeatSeconds: 60 },
    ],
    [
      'dead when the failover of AWS has been going on for a quarter of an hour',
      { events: told(['failover-started', 901]) },
    ],
  ])('%s', (_, change) => {
    expect(sign(change)).toMatchObject({ from: 'AWS', says: 'dead' });
  });

  it.each([
    [
      'while CloudWatch had a metric of it lately',
      { heartbeatSeconds: 299 },
      /had a metric of it 4 min ago \(limit: 5 min\)/,
    ],
    [
      'while CloudWatch has none of the replicas either',
      { othersHeartbeatSeconds: 241 },
      /neither of it nor of a replica/,
    ],
    ['while it has no replica to compare with', { othersHeartbeatSeconds: null }, /neither of it nor of a replica/],
    ['while it was shut down a moment ago', { events: told(['shutdown', 59]), heartbeatSeconds: 60 }, /had a metric/],
    [
      'when it was started after the shutdown',
      { events: told(['shutdown', 120], ['restarted', 90]), heartbeatSeconds: 60 },
      /had a metric/,
    ],
    ['while AWS works on it', { status: 'rebooting' }, /rebooting: AWS works on it/],
    ['while AWS fails it over', { events: told(['failover-started', 60]) }, /failing it over by itself.*wait for it/],
    ['while AWS recovers it', { events: told(['recovery-started', 1700]) }, /recovering it by itself.*wait for it/],
  ])('not dead %s', (_, change, sentence) => {
    expect(sign(change)).toEqual({ from: 'AWS', says: 'unknown', sentence: expect.stringMatching(sentence) });
  });

  it.each([
    ['storage-full', /give it more storage: its data is there/],
    ['stopped', /start it again/],
    ['incompatible-parameters', /reset its parameter group/],
  ])('alive when it is %s, with what mends it', (status, sentence) => {
    expect(sign({ status })).toEqual({ from: 'AWS', says: 'alive', sentence: expect.stringMatching(sentence) });
  });
});

describe('what AWS does by itself', () => {
  it('is waited for three minutes where there is a standby, and not where there is none', () => {
    expect(ownFailover(view({ multiZone: true }), NOW_MS)).toMatchObject({ leastSeconds: 180, doing: null });
    expect(ownFailover(view(), NOW_MS)).toMatchObject({ leastSeconds: 0, doing: null });
  });

  it('is told with its event, also when it is over', () => {
    const events = told(['failover-started', 130], ['failover-completed', 60]);
    expect(ownFailover(view({ events }), NOW_MS).doing).toBe(
      'AWS has failed it over by itself. AWS, 02:09:00 UTC: Multi-AZ instance failover completed.',
    );
  });
});
