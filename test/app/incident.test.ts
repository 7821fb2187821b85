import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, startHouse, type House } from '../house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ environment: nowhere, messagePace: { burst: 100, perSecond: 100 } });
});
afterAll(() => house.stop());

type State = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';

function change(name: string, state: State, at: string, more: { [key: string]: Json } = {}): Json {
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: '1',
    region: 'eu-central-1',
    resources: [`arn:aws:cloudwatch:eu-central-1:1:alarm:${name}`],
    detail: {
      alarmName: name,
      state: {
        value: state,
        reason: 'because',
        timestamp: at,
      },
      ...more,
    },
  };
}

async function happens(...events: readonly Json[]): Promise<string[]> {
  for (const event of events) await house.call('alarm', event);
  await house.settled();
  return house.posted().map((message) => blockText(message.blocks));
}

describe('an incident', () => {
  it('is one message from the first alarm to the end, with a health report in it', async () => {
    const opened = await happens(change('shop-db-replica-lag', 'ALARM', '2026-11-24T02:00:00.000Z'));
    expect(opened).toHaveLength(1);
    expect(opened[0]).toMatch(/shop-db incident.*shop-db-replica-lag in alarm.*does not answer/s);

    const joined = await happens(change('shop-db-connections', 'ALARM', '2026-11-24T02:01:00.000Z'));
    expect(joined).toHaveLength(1);
    expect(joined[0]).toMatch(/shop-db-connections in alarm/);

    const resolved = await happens(
      change('shop-db-replica-lag', 'OK', '2026-11-24T02:05:00.000Z'),
      change('shop-db-connections', 'OK', '2026-11-24T02:06:00.000Z'),
    );
    expect(resolved).toHaveLength(1);
    expect(resolved[0]).toMatch(/resolved after 6 min/);
  });

  it('neither opens again nor goes back when an older state arrives late, or the same one twice', async () => {
    const before = await happens();
    const after = await happens(
      change('shop-db-replica-lag', 'ALARM', '2026-11-24T02:00:00.000Z'),
      change('shop-db-replica-lag', 'ALARM', '2026-11-24T02:04:00.000Z'),
      change('shop-db-connections', 'OK', '2026-11-24T02:06:00.000Z'),
    );
    expect(after).toHaveLength(1);
    expect(after[0]).toMatch(/resolved after 6 min/);
    expect(after[0]?.split('\n')[0]).toBe(before[0]?.split('\n')[0]);
  });

  it('of a composite alarm that is suppressed is none', async () => {
    const tags = { alarmTags: { 'nightshift:target': 'shop-cache' } };
    const event = change('composite', 'ALARM', '2026-11-24T03:00:00.000Z', tags) as {
      detail: { state: { [key: string]: Json } };
    };
    event.detail.state['actionsSuppressedBy'] = 'Alarm';
    expect(await happens(event)).toHaveLength(1);
  });

  it('of the target that a tag names is posted', async () => {
    const tags = { alarmTags: { 'nightshift:target': 'shop-cache' } };
    const texts = await happens(change('cpu', 'ALARM', '2026-11-24T03:01:00.000Z', tags));
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/shop-cache incident/);
  });

  it('names the alarms for which a composite one rang, and counts what was suppressed', async () => {
    const at = '2026-11-24T05:00:00.000Z';
    const arn = 'arn:aws:cloudwatch:eu-central-1:1:alarm:shop-db-replica-lag';
    const event = change('shop-db-unwell', 'ALARM', at) as { detail: { state: { [key: string]: Json } } };
    event.detail.state['reasonData'] = JSON.stringify({ triggeringAlarms: [{ arn }] });
    const quiet = change('shop-db-unwell', 'ALARM', '2026-11-24T04:59:00.000Z', {
      alarmTags: { 'nightshift:target': 'shop-db' },
    }) as typeof event;
    Object.assign(quiet.detail.state, {
      actionsSuppressedBy: 'WaitPeriod',
      actionsSuppressedReason: 'waits for deploys',
    });
    const texts = await happens(quiet, event);
    const text = texts.find((one) => one.includes('shop-db-unwell in alarm'));
    expect(text).toMatch(/shop-db-unwell in alarm since [^\n]*, because of shop-db-replica-lag\n/);
    expect(text).toContain('1 change of alarms held back by CloudWatch: waits for deploys');
    await happens(
      change('shop-db-unwell', 'OK', '2026-11-24T05:01:00.000Z', { alarmTags: { 'nightshift:target': 'shop-db' } }),
    );
  });
});

describe('an alarm event', () => {
  it('that no target claims is posted once as unmatched, and nothing is run', async () => {
    const runs = house.runs().length;
    const event = change('web-5xx', 'ALARM', '2026-11-24T04:00:00.000Z', { alarmTags: { team: 'web' } });
    const texts = await happens(event, event);
    expect(texts.filter((text) => text.includes('web-5xx'))).toHaveLength(1);
    expect(texts.at(-1)).toMatch(/matches no target: nothing was run/);
    expect(house.runs()).toHaveLength(runs);
  });

  it('that cannot be read is kept aside once, with the reason', async () => {
    const malformed = { source: 'aws.cloudwatch', detail: { alarmName: 7 } };
    await happens(malformed, malformed);
    const today = new Date().toISOString().slice(0, 10);
    const kept = (await house.state.audit.day(today)).filter(({ id }) => id.startsWith('aside:'));
    expect(kept).toHaveLength(1);
    expect(kept[0]?.detail).toMatchObject({ reason: expect.stringContaining('neither an EventBridge') as string });
  });
});
