import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliver } from '../../src/app/deliver.ts';
import { createRunHandler } from '../../src/app/run.ts';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { createMask } from '../../src/core/mask.ts';
import type { RunOperation } from '../../src/core/operation.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { planHash } from '../../src/core/plan.ts';
import { runName, type RoomRequest, type RunRequest } from '../../src/core/run.ts';
import { openDurable, type Durable } from '../../src/runtime/durable/open.ts';
import { systemClock, type Clock } from '../../src/runtime/clock.ts';
import type { Poster } from '../../src/slack/post.ts';
import { openState, type State } from '../../src/state/index.ts';
import { targetLock } from '../../src/state/locks.ts';
import type { StateTable } from '../../src/state/table.ts';
import { memoryTable } from './memory-table.ts';
import { probeOf, type ActingStep, type Hit } from './probe-operation.ts';

/** Where the process is killed: at its nth touch of anything outside of it, before that is done, or when it is done and nobody heard of it. */
export type Death = { nth: number; moment: 'before' | 'after' };

/** How a run that was killed once has ended, with everything that is left of it. */
export type Left = {
  /** What it died at; undefined where it was over before. */
  diedAt: string | undefined;
  /** How often the step has done what it does. */
  strikes: number;
  outcome: Outcome;
  /** All that stands in the channel. */
  messages: readonly { text: string }[];
  openSteps: number;
  lockedBy: string | undefined;
};

/** Everything that a process may touch goes through its life, and nothing after its death. */
type Life = { touch<R>(what: string, work: () => Promise<R>): Promise<R>; died: Promise<string> };

function lifeUntil(death: Death | undefined): Life {
  const { promise: died, resolve } = Promise.withResolvers<string>();
  let touches = 0;
  let isDead = false;
  const never = () => new Promise<never>(() => {});
  const touch = async <R>(what: string, work: () => Promise<R>): Promise<R> => {
    if (isDead) return never();
    touches += 1;
    const isNow = touches === death?.nth;
    if (isNow) isDead = true;
    if (isNow && death.moment === 'after') await work();
    if (isNow) resolve(`${death.moment} ${what}`);
    return isNow ? never() : work();
  };
  return { touch, died };
}

function tableIn(life: Life, table: StateTable): StateTable {
  return {
    now: table.now,
    get: (key) => life.touch(`get ${key.pk}`, () => table.get(key)),
    putNew: (key, attributes) => life.touch(`put ${key.pk} ${key.sk}`, () => table.putNew(key, attributes)),
    decide: (key, decide) => life.touch(`decide ${key.pk} ${key.sk}`, () => table.decide(key, decide)),
    query: (pk, range) => life.touch(`query ${pk}`, () => table.query(pk, range)),
  };
}

type Kept = { slot: string | undefined; text: string };

/** A channel of Slack that never fails; whoever dies after a post has not heard of it. */
function channelIn(life: Life, kept: Kept[]): Poster {
  const poster: Pick<Poster, 'post' | 'update' | 'find'> = {
    post: ({ slot, text }) => life.touch('post', async () => ({ ok: String(kept.push({ slot, text })) })),
    update: ({ ts, text }) =>
      life.touch('update', async () => {
        const found = kept[Number(ts) - 1];
        if (found) found.text = text;
        return { ok: ts };
      }),
    find: (_channel, slot) =>
      life.touch('find', async () => {
        const at = kept.findIndex((one) => one.slot === slot);
        return at === -1 ? { absent: true } : { found: String(at + 1) };
      }),
  };
  return poster as Poster;
}

/** So many seconds in one of ours: what waits for Slack or a retry does not keep a test waiting. */
const HURRY = 100;

function hurrying(): Clock {
  const beganMs = Date.now();
  return {
    now: () => beganMs + (Date.now() - beganMs) * HURRY,
    at: (timeMs, callback) => systemClock.at(beganMs + (timeMs - beganMs) / HURRY, callback),
  };
}

const target = { name: 'shop-db', engine: 'postgres' as const, environment: 'production' };
const closing = { ...target, expectedReplicas: [], members: [], unreached: [], close: async () => {} };
const trigger = { kind: 'command', user: 'U0OMAR', channel: 'C0DBA' } as const;

type World = { clock: Clock; table: StateTable; kept: Kept[]; struck: { count: number }; ended: Map<string, Outcome> };
type Alive = { world: World; life: Life; state: State; probe: RunOperation };

function roomTools({ life, world, state, probe }: Alive): RoomTools {
  return {
    operation: () => probe,
    open: () => life.touch('open the servers', async () => closing),
    mask: createMask([]),
    keptNames: () => undefined,
    approvals: state.approvals,
    audit: state.audit,
    brakes: state.brakes,
    intents: state.intents,
    environmentOf: () => target.environment,
    now: world.clock.now,
  };
}

function runTools(alive: Alive): RunTools {
  const { life, world, state, probe } = alive;
  const say = async ({ runId }: RunRequest, text: string): Promise<null> => {
    const tools = { poster: channelIn(life, world.kept), messages: state.messages, now: world.clock.now };
    const message = { text, blocks: [], thread: [] };
    await deliver(tools, { slot: runId, by: runId, channel: 'C0DBA', render: async () => message });
    return null;
  };
  // Whoever approves is in another process.
  const elsewhere = openState(world.table);
  const tools: Partial<RunTools> = {
    ...roomTools(alive),
    operation: () => probe,
    named: (sentence) => sentence,
    targetsOf: () => [target],
    whyNot: async () => undefined,
    approvalRule: () => ({ by: 'people', count: 1 }),
    roomFunction: (_target, room) => room,
    openCloud: () => life.touch('open the cloud', async () => ({ ...closing, close: () => {} }) as never),
    brakes: state.brakes,
    approvals: state.approvals,
    intents: state.intents,
    locks: state.locks,
    sharedHosts: () => ['10.0.0.1'],
    acts: state.acts,
    callbacks: { keep: async () => undefined },
    record: {
      started: async (_request, at) => ({ startedAt: at }),
      ended: async ({ runId }, outcome) => void world.ended.set(runId, outcome),
    },
    announce: (request) => say(request, 'begun'),
    showProgress: (request, steps) => say(request, `at work: ${steps.at(-1)?.step}`),
    postPlan: async (request, plan) => {
      await say(request, 'plan');
      await elsewhere.approvals.approve(plan.runId, planHash(plan), 'U0ADA');
      return null;
    },
    lookIsOver: async () => {},
    deliver: (request, outcome) => say(request, `over: ${JSON.stringify(outcome)}`),
    log: () => undefined,
  };
  return tools as RunTools;
}

const LONG = { timeoutSeconds: 1e7 };

function processOf(path: string, step: ActingStep, world: World, death?: Death): { durable: Durable; life: Life } {
  const life = lifeUntil(death);
  const strike: Hit = (what) => life.touch(what, async () => void (world.struck.count += 1));
  const look = () => life.touch('ask the servers', async () => world.struck.count > 0);
  const state = openState(tableIn(life, world.table));
  const alive = { world, life, state, probe: probeOf(step, strike, look) };
  const run = createRunHandler(async () => runTools(alive)) as (event: unknown) => Promise<unknown>;
  const act = (event: unknown) => runInRoom(roomTools(alive), 'act', event as RoomRequest);
  const once = { executionTimeoutSeconds: 1e8, retentionDays: 1 };
  const functions = new Map([
    ['run', { name: 'run', handler: run, ...LONG, durable: once }],
    ['act', { name: 'act', handler: act, ...LONG }],
  ]);
  return { life, durable: openDurable({ path, clock: world.clock, functions }) };
}

/** A run whose process is killed once, and goes on in another one; what is left when it is over. */
export async function killedRun(step: ActingStep, death: Death): Promise<Left> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-killed-'));
  const path = join(folder, 'lambda.sqlite');
  const clock = hurrying();
  const world: World = { clock, table: memoryTable(clock.now), kept: [], struck: { count: 0 }, ended: new Map() };
  let { durable, life } = processOf(path, step, world, death);
  try {
    const runId = runName(step.operation.id, `test ${death.nth} ${death.moment}`);
    const request: RunRequest = { runId, operation: step.operation.id, subject: target.name, args: {}, trigger };
    const arn = durable.start({ functionName: 'run', name: runId, payload: JSON.stringify(request) });
    const diedAt = await Promise.race([life.died, durable.finished(arn).then(() => undefined)]);
    if (diedAt !== undefined) {
      await durable.close(0);
      ({ durable, life } = processOf(path, step, world));
      durable.recover();
    }
    const { error } = await durable.finished(arn);
    return await leftOf(world, runId, diedAt, error);
  } finally {
    await durable.close(0);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function leftOf(world: World, runId: string, diedAt: string | undefined, error: unknown): Promise<Left> {
  const state = openState(world.table);
  const outcome = world.ended.get(runId);
  if (!outcome) throw new Error(`${diedAt}: ${JSON.stringify(error)}`);
  const locks = [targetLock(target.name), 'host:10.0.0.1'].map((name) => state.locks.current(name));
  const held = (await Promise.all(locks)).find((lock) => lock !== undefined);
  return {
    diedAt,
    strikes: world.struck.count,
    outcome,
    messages: world.kept.map(({ text }) => ({ text })),
    openSteps: (await state.intents.open()).length,
    lockedBy: held?.holder,
  };
}
