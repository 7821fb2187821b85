import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { root, startHouse, type House } from '../house.ts';

const ENVIRONMENTS = { production: 10, staging: 6, trial: 4 };
const TARGETS = Object.values(ENVIRONMENTS).reduce((sum, count) => sum + count, 0);
const ALARMS = 50;
const TIME_MS = 300_000;
vi.setConfig({ testTimeout: TIME_MS });
const folder = mkdtempSync(join(tmpdir(), 'nightshift-alarm-storm-'));
let databases: SilentDatabases;
let house: House;

beforeAll(async () => {
  databases = await startSilentDatabases();
  const configPath = join(folder, 'nightshift.yaml');
  writeFileSync(configPath, config(databases.port));
  house = await startHouse({ configPath, messagePace: { burst: 1000, perSecond: 1000 } });
});
afterAll(async () => {
  await house.stop();
  databases.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('fifty alarms of twenty targets in three environments within a minute', () => {
  it('are looked into four at a time, tell of every target in one message, and say who waits', async () => {
    // On a slow machine the first looks are over, their patience being short, before the last alarm is heard.
    const saysWhoWaits = /production: \d+ targets? in alarm · \d reports? running, \d+ queued/;
    const said = house.slack.waitFor(({ blocks }) => saysWhoWaits.test(blockText(blocks)), TIME_MS);
    databases.hold();
    const arriving = Promise.all(notifications().map((event) => house.call('alarm', event)));
    await databases.untilHeld(4);
    const victim = await youngestThatLooks();
    house.kill(victim.arn);
    await arriving;
    await said;
    expect(await house.state.turns.all()).toHaveLength(TARGETS);
    databases.answer();
    await house.settled();
    await callDead(victim.name);
    await house.call('schedule', { tick: 'minute' });
    await house.settled();

    expect(databases.mostAtOnce()).toBe(4);
    expect(await house.state.turns.all()).toSatisfy((turns: { status: string }[]) =>
      turns.every(({ status }) => status === 'done'),
    );
    const incidents = texts().filter((text) => text.includes('incident, opened'));
    expect(incidents).toHaveLength(TARGETS);
    for (const target of targets()) {
      const own = incidents.filter((text) => text.includes(`${target.name} incident`));
      expect(own, target.name).toHaveLength(1);
      expect(own[0], target.name).toMatch(/does not answer/);
      expect(own[0]?.match(/in alarm since/g), target.name).toHaveLength(target.alarms);
    }
    const storms = texts().filter((text) => text.includes('Each target has a message of its own'));
    expect(storms.filter((text) => text.includes('production'))).toHaveLength(1);
    expect(storms.find((text) => text.includes('production'))).toMatch(
      /production: 10 targets in alarm · all 10 reports done/,
    );
    expect(house.runs().filter(({ name }) => name !== victim.name)).toHaveLength(TARGETS);
  });

  it('start nothing when they are delivered again', async () => {
    const before = house.runs().length;
    for (const event of notifications()) await house.call('alarm', event);
    await house.settled();
    expect(house.runs()).toHaveLength(before);
  });

  it('are over in the same message when the last one is OK', async () => {
    databases.hold();
    const over = records(ofProduction, 'OK', '2026-11-24T02:09:00.000+0000');
    await Promise.all(eventsOf(over).map((event) => house.call('alarm', event)));
    databases.answer();
    await house.settled();
    expect(texts().filter((text) => /resolved after/.test(text))).toHaveLength(ENVIRONMENTS.production);
    const storms = texts().filter((text) => text.includes('Each target has a message of its own'));
    expect(storms.find((text) => text.includes('production'))).toMatch(/production: storm over, 10 targets looked at/);
    expect(await house.state.storms.current('production')).toBeUndefined();
  });
});

function texts(): string[] {
  return house.posted().map(({ blocks }) => blockText(blocks));
}

/** It has all of its look before it: a database that is silent is waited for for seconds. */
async function youngestThatLooks() {
  for (;;) {
    const turns = (await house.state.turns.all()).filter(({ status }) => status === 'looking');
    const looking = new Set(turns.map(({ request }) => request.runId));
    const found = house.runs().findLast(({ name, status }) => status === 'RUNNING' && looking.has(name));
    if (found) return found;
  }
}

/** A run that was killed counts as dead when its time is over. */
async function callDead(runId: string): Promise<void> {
  const turn = (await house.state.turns.all()).find(({ request }) => request.runId === runId);
  expect(turn?.status).toBe('looking');
  await house.state.turns.begin(turn?.about ?? '', runId, Date.now() - 1);
  await house.state.places.take({ about: turn?.about ?? '', runId, untilMs: Date.now() - 1 });
}

type Target = { name: string; environment: string; alarms: number };

/** Half of the targets have three alarms, the others two. */
function targets(): Target[] {
  const environments = Object.entries(ENVIRONMENTS).flatMap(([name, count]) => Array<string>(count).fill(name));
  return environments.map((environment, n) => ({ name: `t${n + 1}`, environment, alarms: n % 2 === 0 ? 3 : 2 }));
}

/** All fifty, as SNS brings them: several in one event. */
function notifications(): Json[] {
  const all = records(() => true, 'ALARM', '2026-11-24T02:04:40.000+0000');
  expect(all).toHaveLength(ALARMS);
  return eventsOf(all);
}

function ofProduction({ environment }: Target): boolean {
  return environment === 'production';
}

function records(which: (target: Target) => boolean, state: string, at: string): Json[] {
  return targets()
    .filter(which)
    .flatMap(({ name, alarms: count }) =>
      Array.from({ length: count }, (_, n) => record(`${name}-${n + 1}`, state, at)),
    );
}

function eventsOf(all: Json[]): Json[] {
  return Array.from({ length: Math.ceil(all.length / 10) }, (_, n) => ({ Records: all.slice(n * 10, n * 10 + 10) }));
}

function record(name: string, state: string, at: string): Json {
  const arn = `arn:aws:cloudwatch:eu-central-1:1:alarm:${name}`;
  const change = { NewStateValue: state, NewStateReason: 'over the limit', StateChangeTime: at };
  return { Sns: { Message: JSON.stringify({ AlarmName: name, AlarmArn: arn, AWSAccountId: '1', ...change }) } };
}

function config(port: number): string {
  const shipped = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const people = shipped.match(/^(?:people|groups):\n(?: {2}.*\n)+/gm)?.join('') ?? '';
  const environments = Object.keys(ENVIRONMENTS).map((name) => `  ${name}: { channel: C0DBALERTS }\n`);
  const specs = targets().map(
    ({ name, environment, alarms }) => `  ${name}:
    engine: redis
    provider: standalone
    environment: ${environment}
    tls: false
    alarms: [${Array.from({ length: alarms }, (_, n) => `${name}-${n + 1}`).join(', ')}]
    members: { ${name}-m: { role: primary, host: 127.0.0.1, port: ${port}, credentials: { read: {} } } }
`,
  );
  return `environments:\n${environments.join('')}${people.replaceAll('laptop', 'production')}targets:\n${specs.join('')}`;
}

type SilentDatabases = {
  port: number;
  hold(): void;
  answer(): void;
  untilHeld(count: number): Promise<void>;
  mostAtOnce(): number;
  close(): void;
};

/** One server that stands for all: it takes connections, counts them, and hangs up when it is told to. */
async function startSilentDatabases(): Promise<SilentDatabases> {
  const open = new Set<Socket>();
  let holds = false;
  let most = 0;
  const server = createServer((socket) => {
    open.add(socket);
    most = Math.max(most, open.size);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    socket.resume(); // else nobody would notice that the other side has given up
    if (!holds) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hold: () => (holds = true),
    answer() {
      holds = false;
      for (const socket of open) socket.destroy();
    },
    untilHeld: (count) => vi.waitFor(() => expect(most).toBeGreaterThanOrEqual(count), { timeout: TIME_MS }),
    mostAtOnce: () => most,
    close: () => server.close(),
  };
}
