import { describe, expect, it } from 'vitest';
import { readEvents, type FailoverEvent } from '../../../src/providers/rds/switchover/events.ts';
import { instanceBecame, type InstanceSeen } from '../../../src/providers/rds/switchover/instance-became.ts';

const BEGUN = Date.parse('2026-11-28T02:00:00Z');
const order = { from: 'eu-central-1a', to: 'eu-central-1b', identity: {} };
/** As AWS words them: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const STARTED = 'Multi-AZ instance failover started.';
const RESTARTED = 'DB instance restarted';
const COMPLETED = 'Multi-AZ instance failover completed';

function events(...messages: readonly string[]): FailoverEvent[] {
  return readEvents(messages.map((Message, at) => ({ Message, Date: new Date(BEGUN + at * 20_000) })));
}

function became(seen: Partial<NonNullable<InstanceSeen>> | null, seconds = 60) {
  const base = { name: 'shop-db-1', status: 'available', zone: 'eu-central-1a', events: [] };
  const times = { begunAtMs: BEGUN, nowMs: BEGUN + seconds * 1000 };
  return instanceBecame(order, seen && { ...base, ...seen }, times);
}

describe('what became of the failover of an instance', () => {
  it.each([
    ['nothing is seen yet', {}, 'AWS shows nothing of it yet; shop-db-1 is available.'],
    ['it reboots', { status: 'rebooting' }, 'shop-db-1 is rebooting; no failover has started yet.'],
    [
      'it has started',
      { status: 'rebooting', events: events(STARTED, RESTARTED) },
      'The failover of shop-db-1 has started; it is rebooting.',
    ],
    [
      'it is complete, and the instance not available',
      { status: 'rebooting', zone: order.to, events: events(STARTED, COMPLETED) },
      'The failover is complete, and shop-db-1 is still rebooting.',
    ],
    ['AWS does not answer', null, 'AWS does not answer at the moment; it is asked again.'],
  ] as const)('is under way while %s', (_, seen, phase) => {
    expect(became(seen as never)).toEqual({ ended: 'under-way', phase });
  });

  it('has switched when it is complete, whatever zone is shown', () => {
    const end = became({ events: events(STARTED, RESTARTED, COMPLETED) });
    expect(end).toMatchObject({
      ended: 'switched',
      lost: 'none',
      phases: [{ name: 'Failover, by the events of AWS', milliseconds: 40_000 }],
    });
    expect(JSON.stringify(end)).toContain('its zone is still shown as eu-central-1a');
  });

  it('has switched when it runs in the other zone, whatever events are missing', () => {
    expect(became({ zone: order.to })).toMatchObject({ ended: 'switched', phases: [] });
  });

  it('is not done, and cools down, when AWS has abandoned it', () => {
    const abandoned = 'Abandoning user requested failover since a failover recently occurred on the database instance.';
    expect(became({ events: events(abandoned) })).toMatchObject({
      ended: 'rolled-back',
      why: expect.stringContaining('RDS-EVENT-0034'),
      coolDown: 'AWS refused to fail shop-db-1 over again so soon',
    });
  });

  it.each([
    ['storage-full', 'shop-db-1 is storage-full: that has to be mended first.'],
    ['incompatible-network', 'shop-db-1 is incompatible-network: that has to be mended first.'],
  ])('needs a person when the instance is %s', (status, why) => {
    expect(became({ status })).toMatchObject({ ended: 'needs-a-human', why, lost: 'unknown' });
  });

  it('needs a person after a partial failover', () => {
    const partial = 'The instance has recovered from a partial failover.';
    expect(became({ events: events(STARTED, partial) })).toMatchObject({ ended: 'needs-a-human' });
  });

  it('after five minutes is not done where nothing shows it, and needs a person where something does', () => {
    expect(became({}, 299)).toMatchObject({ ended: 'under-way' });
    expect(became({}, 300)).toMatchObject({ ended: 'rolled-back', why: expect.stringContaining('no sign') });
    expect(became({ events: events(STARTED) }, 300)).toMatchObject({ ended: 'needs-a-human' });
    expect(became({ events: events(RESTARTED) }, 300)).toMatchObject({ ended: 'needs-a-human' });
    expect(became({ status: 'rebooting' }, 300)).toMatchObject({ ended: 'needs-a-human' });
    expect(became(null, 300)).toMatchObject({ ended: 'needs-a-human' });
  });
});
