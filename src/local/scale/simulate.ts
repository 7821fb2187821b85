import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createMask } from '../../core/mask.ts';
import { Fault } from '../../core/errors.ts';
import type { RoomAnswer, RoomRequest } from '../../core/run.ts';
import type { Json } from '../../core/json.ts';
import { localFunctions } from '../aws/functions.ts';
import { startLocalAws, type LocalAws } from '../aws/start.ts';
import { team, users } from '../people.ts';
import type { FunctionUrlResult } from '../slack/door/function-url.ts';
import { startLocalSlack } from '../slack/start.ts';
import { startLocalTable } from '../table.ts';
import { createFunctionMeter, type FunctionUsage } from './function-meter.ts';
import { scaleConfig } from './scale-config.ts';
import { channelId, environmentCount, type ScaleOptions } from './scale-options.ts';
import { DAY_MS, DAY_STARTS_MS, simulatedDay, type Arrival } from './simulated-day.ts';
import { simulatedCount } from './simulated-counts.ts';
import { simulatedLook } from './simulated-look.ts';
import { simulatedWatch } from './simulated-watch.ts';
import { createSlackMeter, type SlackUsage } from './slack-meter.ts';
import { createTableMeter, type TableUsage } from './table-meter.ts';
import { startVirtualDay, type VirtualDay } from './virtual-day.ts';

/** What one day of a fleet used. */
export type DayUsage = {
  day: ScaleOptions;
  /** Of this machine; says nothing about AWS. */
  wallSeconds: number;
  table: TableUsage;
  functions: FunctionUsage;
  slack: SlackUsage;
};

const PREFIX = 'nightshift-dev-';
const SLICE_MS = 10 * 60_000;
/** Longer than a durable invocation stays when it has nothing else to do (20 ms), so that it suspends as it does on AWS. */
const READ_TAKES_MS = 40;
const UNPACED = { burst: 1_000_000, perSecond: 1_000_000 };

/**
 * Lives one day of a fleet: the deployed handlers, the local Lambda, the local table and the local Slack, with databases that
 * do not exist. Takes over `Date.now`, `fetch` and the environment of its process, so each day wants a process of its own.
 */
export async function simulateDay(root: string, options: ScaleOptions): Promise<DayUsage> {
  const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'nightshift-scale-'));
  const startedAt = performance.now();
  const day = startVirtualDay(DAY_STARTS_MS);
  const slackMeter = createSlackMeter();
  const tableMeter = createTableMeter();
  const functionMeter = createFunctionMeter(PREFIX);
  const stops: (() => Promise<void>)[] = [
    async () => day.stop(),
    async () => slackMeter.stop(),
    async () => rmSync(dataDir, { recursive: true, force: true }),
  ];
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each();
  };
  try {
    const house = await openHouse(root, dataDir, options, day, { tableMeter, functionMeter }, stops);
    await live(house.aws, day, simulatedDay(options, house.signingSecret));
    const wallSeconds = (performance.now() - startedAt) / 1000;
    const usage = { table: tableMeter.usage(), functions: functionMeter.usage(), slack: slackMeter.usage() };
    return { day: options, wallSeconds, ...usage };
  } catch (thrown) {
    // Said now, because stopping in the middle of work may fail by itself and hide it.
    console.error(thrown);
    throw thrown;
  } finally {
    await stop();
  }
}

type Meters = {
  tableMeter: ReturnType<typeof createTableMeter>;
  functionMeter: ReturnType<typeof createFunctionMeter>;
};

async function openHouse(
  root: string,
  dataDir: string,
  options: ScaleOptions,
  day: VirtualDay,
  { tableMeter, functionMeter }: Meters,
  stops: (() => Promise<void>)[],
): Promise<{ aws: LocalAws; signingSecret: string }> {
  const secrets = { botToken: 'xoxb-scale', signingSecret: 'scale-signing-secret' };
  const configPath = join(dataDir, 'nightshift.yaml');
  writeFileSync(configPath, scaleConfig(options));
  const table = await startLocalTable({ observe: tableMeter.attach });
  stops.push(() => table.stop());
  const deployed = localFunctions(root, 'dev');
  const functions = functionMeter.wrap(deployed.functions, { read: simulatedRead });
  const aws = await startLocalAws({
    dataDir: join(dataDir, 'lambda'),
    root,
    stage: 'dev',
    say: () => undefined,
    clock: day.clock,
    functions: { functions, sources: { ...deployed.sources, schedules: [] } },
    asyncRetryDelaysMs: [200, 400],
  });
  stops.push(() => aws.stop());
  const slack = await startLocalSlack({
    ...secrets,
    team,
    users,
    channels: Array.from({ length: environmentCount(options) }, (_, n) => ({ id: channelId(n), name: `alerts-${n}` })),
    dataDir: join(dataDir, 'slack'),
    door: async (event) => (await aws.invoke('slack', event)) as unknown as FunctionUrlResult,
    messagePace: UNPACED,
    clock: hastyClock(),
  });
  stops.push(() => slack.stop());
  Object.assign(process.env, table.environment, aws.environment, {
    NIGHTSHIFT_CONFIG: configPath,
    NIGHTSHIFT_FUNCTION_PREFIX: PREFIX,
    SLACK_BOT_TOKEN: secrets.botToken,
    SLACK_SIGNING_SECRET: secrets.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  aws.begin();
  return { aws, signingSecret: secrets.signingSecret };
}

/** Each look at it is two seconds later, so that no pace of Slack's is ever reached: what it would do is computed, not waited for. */
function hastyClock(): () => number {
  let nowMs = DAY_STARTS_MS;
  return () => (nowMs += 2000);
}

/** The read room of databases that do not exist; what it answers is masked and serialised as ever. */
async function simulatedRead(event: unknown): Promise<RoomAnswer> {
  const { operation, target, step, args } = event as RoomRequest;
  await pause(READ_TAKES_MS);
  const found = simulatedWatch(target, operation) ?? simulatedCount(target, step, args) ?? simulatedLook(target);
  return { result: createMask([])(found) };
}

/** Ten minutes of the day at a time: all that arrives in them, and the work that it makes. */
async function live(aws: LocalAws, day: VirtualDay, arrivals: readonly Arrival[]): Promise<void> {
  let next = 0;
  for (let endMs = DAY_STARTS_MS + SLICE_MS; endMs <= DAY_STARTS_MS + DAY_MS + SLICE_MS; endMs += SLICE_MS) {
    day.jumpTo(endMs - SLICE_MS);
    const first = next;
    while ((arrivals[next]?.atMs ?? Number.POSITIVE_INFINITY) < endMs) next += 1;
    for (const { door, event } of arrivals.slice(first, next)) arrive(aws, door, event());
    await aws.idle();
    const [lost] = aws.durable.buried();
    if (lost) throw new Fault('bug', `${lost.functionName} failed: ${lost.failure}`);
  }
}

/** EventBridge for alarms, Scheduler for reports, the function URL for commands. */
function arrive(aws: LocalAws, door: Arrival['door'], event: Json): void {
  if (door === 'alarm') aws.putEvent(event);
  else aws.invokeLater(door, event);
}
