import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { SlackRequest } from '../../src/local/slack/door/function-url.ts';
import { root, startHouse, type House } from '../house.ts';

const TRIGGERS = { commands: 20, schedules: 15, alarms: 15 };
const DELIVERIES = 1000;
const folder = mkdtempSync(join(tmpdir(), 'nightshift-storm-'));
let house: House;

beforeAll(async () => {
  const configPath = join(folder, 'nightshift.yaml');
  writeFileSync(configPath, config());
  house = await startHouse({ configPath, messagePace: { burst: 1000, perSecond: 1000 } });
});
afterAll(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a thousand duplicated and reordered deliveries of fifty triggers', () => {
  it('end in exactly fifty runs and fifty messages, beside the one that says who waits', async () => {
    const deliveries = shuffled(everyDelivery(), 20_261_124);
    expect(deliveries).toHaveLength(DELIVERIES);
    for (let n = 0; n < deliveries.length; n += 20)
      await Promise.all(deliveries.slice(n, n + 20).map((deliver) => deliver()));
    await house.settled();
    const runs = house.runs();
    expect(runs).toHaveLength(50);
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']));
    const storm = /"storm:laptop:/;
    const slots = house.posted().map(({ metadata }) => JSON.stringify(metadata));
    expect(slots.filter((slot) => storm.test(slot)).length).toBeLessThanOrEqual(1);
    const own = slots.filter((slot) => !storm.test(slot));
    expect(own).toHaveLength(50);
    expect(new Set(own).size).toBe(50);
  });
});

/** Twenty deliveries of each trigger. Slack signs each anew; alarms come in all three shapes. */
function everyDelivery(): (() => Promise<unknown>)[] {
  const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
  const copies = DELIVERIES / (TRIGGERS.commands + TRIGGERS.schedules + TRIGGERS.alarms);
  return [
    ...times(TRIGGERS.commands, (n) => times(copies, (copy) => () => house.knock(command(n), copy))),
    ...times(TRIGGERS.schedules, (n) => times(copies, () => () => house.call('schedule', schedule(n)))),
    ...times(TRIGGERS.alarms, (n) => times(copies, (copy) => () => house.call('alarm', alarm(n, copy)))),
  ].flat();
}

function command(n: number): SlackRequest {
  const body = new URLSearchParams({
    command: '/db',
    text: `health t${(n % 15) + 1}`,
    user_id: 'U0OMAR',
    channel_id: 'C0DBALERTS',
    trigger_id: `storm.${n}`,
    response_url: `http://127.0.0.1:1/respond/${n}`,
  }).toString();
  return { contentType: 'application/x-www-form-urlencoded', body };
}

function schedule(n: number): Json {
  return { schedule: 'nightly-health', scheduledAt: new Date(Date.UTC(2026, 10, 1 + n, 2)).toISOString() };
}

function alarm(n: number, copy: number): Json {
  const at = `2026-11-24T02:${String(n).padStart(2, '0')}:00.000+0000`;
  const name = `t${n + 1}-alarm`;
  const arn = `arn:aws:cloudwatch:eu-central-1:1:alarm:${name}`;
  const state = { value: 'ALARM', reason: 'over the limit', timestamp: at };
  const shapes: Json[] = [
    {
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      account: '1',
      region: 'eu-central-1',
      resources: [arn],
      detail: {
        alarmName: name,
        state,
      },
    },
    { alarmArn: arn, accountId: '1', region: 'eu-central-1', alarmData: { alarmName: name, state } },
    { Records: [{ Sns: { Message: JSON.stringify(snsMessage(name, arn, at)) } }] },
  ];
  return shapes[copy % shapes.length] ?? null;
}

function snsMessage(name: string, arn: string, at: string): Json {
  const change = { NewStateValue: 'ALARM', NewStateReason: 'over the limit', StateChangeTime: at };
  return { AlarmName: name, AlarmArn: arn, AWSAccountId: '1', ...change };
}

/** Fifteen targets that nothing listens on: what is counted here are deliveries, not findings. */
function config(): string {
  const shipped = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const people = shipped.match(/^(?:people|groups):\n(?: {2}.*\n)+/gm)?.join('') ?? '';
  const target = (n: number) => `  t${n}:
    engine: redis
    provider: standalone
    environment: laptop
    tls: false
    alarms: [t${n}-alarm]
    members: { t${n}-1: { role: primary, host: 127.0.0.1, port: 1, credentials: { read: {} } } }
`;
  const targets = Array.from({ length: 15 }, (_, n) => target(n + 1)).join('');
  const schedules = `schedules:
  nightly-health: { operation: health, target: t1, expression: cron(0 2 * * ? *), timezone: Europe/Berlin }
`;
  return `environments:\n  laptop: { channel: C0DBALERTS }\n${people}targets:\n${targets}${schedules}`;
}

/** The same order at every run: a linear congruential generator (Numerical Recipes' constants). */
function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  return items
    .map((item) => ({ item, rank: next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
