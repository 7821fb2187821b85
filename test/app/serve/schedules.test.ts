import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startSchedules } from '../../../src/app/serve/schedules.ts';
import { runName } from '../../../src/core/run.ts';
import { openDurable } from '../../../src/runtime/durable/open.ts';
import { nowhere, root, type House } from '../../house.ts';
import { startServerHouse } from '../../serve-house.ts';
import { virtualClock } from '../../runtime/virtual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-schedules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a due job', () => {
  const clock = virtualClock('2026-11-24T00:00:00Z');
  const nightly = {
    name: 'nightly-health',
    operation: 'health',
    subject: 'laptop',
    expression: 'cron(0 2 * * ? *)',
    timezone: 'Europe/Berlin',
  };
  const fired: string[] = [];
  const durable = { enqueue: (name: string, payload: string) => fired.push(`${name} ${payload}`) };
  const last = new Map<string, number>();
  const memory = { last: (name: string) => last.get(name), remember: (name: string, ms: number) => last.set(name, ms) };
  const start = () =>
    startSchedules([nightly], {
      durable: { ...durable, schedules: memory },
      log: () => {},
      clock,
    });

  const jobs = () => fired.filter((one) => !one.includes('"tick"'));

  it('looks every minute at what is left over', () => {
    const stop = start();
    expect(fired).toEqual(['nightshift-schedule {"tick":"minute"}']);
    clock.move(60_000);
    expect(fired).toHaveLength(2);
    stop();
  });

  it('comes at its time in its zone, once, with what EventBridge Scheduler would send', () => {
    const stop = start();
    clock.move(3_600_000);
    expect(jobs()).toEqual(['nightshift-schedule {"schedule":"nightly-health","scheduledAt":"2026-11-24T01:00:00Z"}']);
    stop();
    start()();
    expect(jobs()).toHaveLength(1);
  });

  it('that passed while nobody was there is made up for once', () => {
    clock.move(86_400_000 * 2);
    start()();
    expect(jobs().slice(1)).toEqual([
      'nightshift-schedule {"schedule":"nightly-health","scheduledAt":"2026-11-26T01:00:00Z"}',
    ]);
  });

  it('has the input that the deployed schedule has', () => {
    const [event] = parse(readFileSync(join(root, 'infra/schedules.generated.yml'), 'utf8'));
    expect(event.schedule.input).toEqual({ schedule: 'nightly-health', scheduledAt: '<aws.scheduler.scheduled-time>' });
  });
});

describe('a schedule of the long-lived server', () => {
  let house: House;
  beforeAll(async () => {
    const configPath = join(folder, 'nightshift.yaml');
    const shipped = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
    writeFileSync(configPath, shipped.replace('cron(0 2 * * ? *)', 'rate(12 hours)'));
    house = await startServerHouse({ configPath, environment: nowhere });
  });
  afterAll(() => house.stop());

  it('posts its report, and the same job a second time nothing', async () => {
    await house.slack.waitFor(({ text }) => /could not be looked at|unknown/.test(text), 60_000);
    await house.settled();
    expect(house.runs()).toHaveLength(1);
    const { scheduledAt } = (JSON.parse(house.runs()[0]?.input ?? '{}') as { trigger: { scheduledAt: string } })
      .trigger;
    const due = { schedule: 'nightly-health', scheduledAt };
    expect(await house.call('schedule', due)).toEqual({
      runId: runName('health', `schedule:nightly-health:${scheduledAt}`),
    });
    await house.settled();
    expect(house.runs()).toHaveLength(1);
    expect(house.posted()).toHaveLength(1);
  });

  it('that the config does not know is refused', async () => {
    await expect(house.call('schedule', { schedule: 'gone', scheduledAt: '2026-11-24T02:00:00Z' })).rejects.toThrow(
      /no schedule gone/,
    );
  });
});

it('a due job is not lost with the process that wrote it down', async () => {
  const handled: unknown[] = [];
  const functions = new Map([
    [
      'nightshift-schedule',
      { name: 'nightshift-schedule', timeoutSeconds: 30, handler: async (event: unknown) => handled.push(event) },
    ],
  ]);
  const path = join(folder, 'runs.sqlite');
  const first = openDurable({ path, functions });
  first.enqueue('nightshift-schedule', '{"schedule":"nightly-health"}');
  await first.close(0);
  const second = openDurable({ path, functions });
  second.recover();
  await second.idle();
  await second.close();
  expect(handled).toEqual([{ schedule: 'nightly-health' }]);
});
