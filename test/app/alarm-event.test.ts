import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAlarmEvent, type AlarmChange } from '../../src/app/alarm-event.ts';

const events = new URL('../../events/', import.meta.url);
const sample = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, events), 'utf8'));

function onlyChange(name: string): AlarmChange {
  const read = readAlarmEvent(sample(name));
  if ('malformed' in read) throw new Error(read.malformed);
  expect(read.changes).toHaveLength(1);
  return read.changes[0]!;
}

describe('alarm events', () => {
  it('reads the EventBridge shape, with the time in UTC and the dimensions', () => {
    expect(onlyChange('alarm.eventbridge.replica-lag.alarm')).toMatchObject({
      name: 'shop-db-replica-lag',
      state: 'ALARM',
      at: '2026-11-24T02:04:40.989Z',
      account: '123456789012',
      region: 'eu-central-1',
      dimensions: [{ name: 'DBInstanceIdentifier', value: 'shop-db-2' }],
      suppressed: false,
    });
  });

  it('reads the SNS shape, whose region is only in the ARN', () => {
    expect(onlyChange('alarm.sns.connections.alarm')).toMatchObject({
      name: 'shop-db-connections',
      at: '2026-11-24T02:06:40.123Z',
      region: 'eu-central-1',
      dimensions: [{ name: 'DBInstanceIdentifier', value: 'shop-db-1' }],
    });
  });

  it('reads the shape of a direct Lambda action', () => {
    expect(onlyChange('alarm.direct.redis-memory.alarm')).toMatchObject({
      name: 'shop-cache-memory',
      state: 'ALARM',
      account: '123456789012',
      dimensions: [{ name: 'CacheClusterId', value: 'shop-cache-1' }],
    });
  });

  it('gives one change the same time in all three shapes', () => {
    const bridge = sample('alarm.eventbridge.replica-lag.alarm') as { detail: { state: { timestamp: string } } };
    bridge.detail.state.timestamp = '2026-11-24T02:08:40.500+0000';
    const read = readAlarmEvent(bridge);
    if ('malformed' in read) throw new Error(read.malformed);
    expect(read.changes[0]?.at).toBe(onlyChange('alarm.direct.redis-memory.alarm').at);
  });

  it('sees that a composite alarm is suppressed, although EventBridge reports it', () => {
    expect(onlyChange('alarm.eventbridge.suppressed')).toMatchObject({
      suppressed: true,
      suppressedReason: 'Actions suppressed by maintenance-window',
    });
  });

  it('names the alarms for which a composite one changed, by EventBridge, by SNS and in a direct action', () => {
    const both = ['shop-db-replica-lag', 'shop-db-connections'];
    expect(onlyChange('alarm.eventbridge.composite.alarm')).toMatchObject({ name: 'shop-db-unwell', children: both });
    expect(onlyChange('alarm.sns.composite.alarm').children).toEqual(['shop-db-connections']);
    const direct = sample('alarm.direct.redis-memory.alarm') as { alarmData: { state: { reasonData: string } } };
    const bridge = sample('alarm.eventbridge.composite.alarm') as { detail: { state: { reasonData: string } } };
    direct.alarmData.state.reasonData = bridge.detail.state.reasonData;
    expect(readAlarmEvent(direct)).toMatchObject({ changes: [{ children: both }] });
    expect(onlyChange('alarm.eventbridge.replica-lag.alarm').children).toEqual([]);
  });

  it.each([
    ['an alarm name that is a number', sample('alarm.malformed')],
    ['nothing at all', undefined],
    ['an empty object', {}],
    ['an SNS message that is plain text', { Records: [{ Sns: { Message: 'This is a message to notify you' } }] }],
    ['an SNS event without records', { Records: [] }],
  ])('says that it cannot read %s', (_what, event) => {
    expect(readAlarmEvent(event)).toHaveProperty('malformed');
  });

  it('says that it cannot read a change without a usable time', () => {
    const event = sample('alarm.direct.redis-memory.alarm') as { alarmData: { state: { timestamp: string } } };
    event.alarmData.state.timestamp = 'yesterday';
    expect(readAlarmEvent(event)).toEqual({ malformed: expect.stringContaining('shop-cache-memory') as string });
  });

  it('has a sample of every shape in events/', () => {
    const names = readdirSync(events).filter((name) => name.startsWith('alarm.'));
    for (const shape of ['eventbridge', 'sns', 'direct']) expect(names.some((name) => name.includes(shape))).toBe(true);
  });
});
