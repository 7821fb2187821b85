import { describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../src/app/alarm-event.ts';
import { matchAlarm } from '../../src/app/alarm-match.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';

const change: AlarmChange = {
  name: 'lag',
  arn: 'arn:aws:cloudwatch:eu-central-1:1:alarm:lag',
  state: 'ALARM',
  at: '2026-11-24T02:00:00.000Z',
  reason: '',
  account: '1',
  region: 'eu-central-1',
  dimensions: [{ name: 'DBInstanceIdentifier', value: 'orders-1' }],
  tags: {},
  suppressed: false,
  suppressedReason: '',
  children: [],
};

function target(name: string, more: Partial<TargetSpec> = {}): TargetSpec {
  return {
    name,
    engine: 'postgres',
    provider: 'self-managed',
    environment: 'production',
    rooms: 'default',
    tls: false,
    members: [],
    alarms: [],
    ...more,
  };
}
const member = (identifier: string) => ({
  name: identifier,
  role: 'primary' as const,
  host: 'h',
  port: 1,
  identifier,
  credentials: {},
});

describe('which target an alarm belongs to', () => {
  it('is the one that lists the alarm, before any dimension', () => {
    const listed = target('listed', { alarms: ['lag'] });
    const byDimension = target('by-dimension', { members: [member('orders-1')] });
    expect(matchAlarm(change, [byDimension, listed])).toEqual({ target: listed });
  });

  it('is the one with a member of that identifier, before any tag', () => {
    const byDimension = target('by-dimension', { members: [member('orders-1')] });
    const tagged = { ...change, tags: { 'nightshift:target': 'other' } };
    expect(matchAlarm(tagged, [target('other'), byDimension])).toEqual({ target: byDimension });
  });

  it('of a composite alarm is the one that lists its children, when all that ring are its own', () => {
    const composite = { ...change, name: 'unwell', dimensions: [], children: ['lag', 'connections'] };
    const orders = target('orders', { alarms: ['lag', 'connections'] });
    expect(matchAlarm(composite, [orders, target('other')])).toEqual({ target: orders });
    const shared = target('shared', { alarms: ['connections'] });
    expect(matchAlarm(composite, [orders, shared])).toHaveProperty('unmatched');
  });

  it('is the one named by the tag when nothing else fits', () => {
    const other = target('other');
    expect(matchAlarm({ ...change, tags: { 'nightshift:target': 'other' } }, [other])).toEqual({ target: other });
  });

  it('is nobody when two targets list it', () => {
    const match = matchAlarm(change, [target('a', { alarms: ['lag'] }), target('b', { alarms: ['lag'] })]);
    expect(match).toEqual({ unmatched: 'a and b both list this alarm' });
  });

  it('is nobody when nothing fits, with the three ways to say it', () => {
    const match = matchAlarm(change, [target('a')]);
    expect(match).toEqual({ unmatched: expect.stringMatching(/alarms.*dimensions.*tag/) as string });
  });

  it('is not a target of another account or region', () => {
    expect(matchAlarm(change, [target('a', { alarms: ['lag'], account: '2' })])).toHaveProperty('unmatched');
    expect(matchAlarm(change, [target('a', { alarms: ['lag'], region: 'us-east-1' })])).toHaveProperty('unmatched');
  });
});
