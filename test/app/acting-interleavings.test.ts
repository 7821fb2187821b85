import fc, { type Scheduler } from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type DecisionTools } from '../../src/app/decide.ts';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import type { Config } from '../../src/config/config.ts';
import { createMask } from '../../src/core/mask.ts';
import { act, defineOperation } from '../../src/core/operation.ts';
import { openState, type State } from '../../src/state/index.ts';
import { targetLock } from '../../src/state/locks.ts';
import type { StateTable } from '../../src/state/table.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import * as z from 'zod';
import { start } from '../state/fresh-state.ts';
import { twoPeople } from '../state/proposals.ts';
import { ADA, BEN, hashes, histories, plans, PROPOSER, RUN, type Move } from './acting-moves.ts';
import { watch, type Watcher } from './acting-watcher.ts';
import { memoryTable } from './memory-table.ts';

const target = {
  name: 'shop-db',
  engine: 'postgres',
  environment: 'production',
  provider: 'self-managed',
  members: [],
};
const approver = (slack: string) => ({ name: slack, slack, roles: [{ environment: 'production', role: 'approver' }] });
const config = {
  environments: [{ name: 'production' }],
  people: [PROPOSER, ADA, BEN].map(approver),
  groups: [],
  targets: [target],
} as unknown as Config;

type World = {
  state: State;
  table: StateTable;
  watcher: Watcher;
  clock: { nowMs: number };
  wrong: string[];
  bound: number;
};

/** Each call of the state table waits until the scheduler lets it go on, and so does what comes after its answer. */
function inTurns(table: StateTable, scheduler: Scheduler): StateTable {
  return {
    now: table.now,
    get: scheduler.scheduleFunction(table.get),
    putNew: scheduler.scheduleFunction(table.putNew),
    decide: scheduler.scheduleFunction(table.decide),
    query: scheduler.scheduleFunction(table.query),
  };
}

/** The same table for somebody who dies after so many calls: nothing of his reaches it any more. */
function dying(table: StateTable, after: number | undefined): StateTable {
  let calls = 0;
  const live =
    <A extends readonly unknown[], R>(work: (...words: A) => Promise<R>) =>
    async (...words: A) => {
      if (after !== undefined && (calls += 1) > after) throw new Error('it is dead');
      return work(...words);
    };
  const { now, get, putNew, query } = table;
  return {
    now,
    get: live(get),
    putNew: live(putNew),
    query: live(query),
    decide: live(table.decide),
  };
}

function decisionTools({ state, clock }: World): DecisionTools {
  return {
    config,
    now: () => clock.nowMs,
    approvals: state.approvals,
    audit: state.audit,
    callbacks: state.callbacks,
    runs: { wake: async () => {} },
    whoDecides: async (user) => ({ user }),
    refreshPlan: async () => {},
  };
}

function roomTools(world: World, dies: number | undefined, strike: (value: string) => void): RoomTools {
  const { approvals, audit, brakes, intents } = openState(dying(world.table, dies));
  const operation = defineOperation({
    id: 'probe',
    title: '',
    why: '',
    engines: ['postgres'],
    scope: 'target',
    risk: 'destroys',
    role: 'operator',
    args: z.strictObject({}),
    fields: [],
    examples: [],
    steps: {
      strike: act(
        async (_: PostgresTarget, { value }: { value: string }) => (strike(value), 'struck'),
        async () => 'unknown' as const,
      ),
    },
    run: async () => ({ refused: 'not under test' }),
  });
  const opened: PostgresTarget = {
    engine: 'postgres',
    name: 'shop-db',
    expectedReplicas: [],
    members: [],
    unreached: [],
    close: async () => {},
  };
  return {
    operation: () => operation,
    open: async () => opened,
    mask: createMask([]),
    keptNames: () => undefined,
    approvals,
    audit,
    brakes,
    intents,
    environmentOf: () => 'production',
    now: () => world.clock.nowMs,
  };
}

async function call(world: World, one: Extract<Move, { dies: unknown }>): Promise<void> {
  const { watcher, clock } = world;
  const seen = watcher.called(one.plan, clock.nowMs);
  const strike = (value: string) => {
    const why = watcher.struck(seen, value);
    if (why !== undefined) world.wrong.push(why);
  };
  const grant = { runId: RUN, planHash: hashes[one.plan] ?? '', fence: world.bound, by: one.by };
  const args = plans[one.asked]?.args ?? null;
  const about = { runId: RUN, operation: 'probe', step: 'strike', target: 'shop-db', args };
  const mode = one.do === 'act' ? 'run' : 'reconcile';
  watcher.began('given up');
  const answer = await runInRoom(roomTools(world, one.dies, strike), 'act', {
    ...about,
    mode,
    ...(mode === 'run' ? { grant } : {}),
  });
  if ('fault' in answer && /was given up: nothing was done/.test(answer.fault.message)) watcher.ended('given up');
}

async function click(world: World, { k, who, plan }: Extract<Move, { do: 'click' }>, claim: string): Promise<void> {
  const what = k === 'approve' ? `yes of ${who} to ${plan}` : 'no';
  world.watcher.began(what);
  const words = await decide(decisionTools(world), who, { k, r: RUN, h: hashes[plan] ?? '' }, claim);
  if (words === 'You said no; nothing will be done.') world.watcher.ended('no');
}

/** Begins, does, and tells the watcher that it ended where it took hold. */
async function tell(world: World, what: string, work: () => Promise<boolean>): Promise<void> {
  world.watcher.began(what);
  if (await work()) world.watcher.ended(what);
}

async function bind(world: World): Promise<void> {
  const { state, watcher } = world;
  watcher.began('bind');
  const held = await state.locks.current(targetLock('shop-db'));
  const known = await state.approvals.plan(RUN);
  if (held?.holder !== RUN || !known?.granted) return;
  world.bound = await state.approvals.bind(known.granted, held.fence).then(
    ({ fence }) => fence,
    () => world.bound,
  );
}

const quietly = (work: Promise<unknown>) =>
  work.then(
    () => true,
    () => false,
  );

async function make(world: World, one: Move, claim: string): Promise<void> {
  const { approvals, brakes, locks } = world.state;
  const lock = targetLock('shop-db');
  const freeze = { subject: 'shop-db', by: 'ada', reason: 'audit', at: new Date(start).toISOString() };
  if ('dies' in one) return call(world, one);
  if (one.do === 'click') return click(world, one, claim);
  if (one.do === 'bind') return bind(world);
  if (one.do === 'pass') return void (world.clock.nowMs += one.seconds * 1000);
  if (one.do === 'propose') {
    const proposed = plans[one.plan] ?? plans[0]!;
    return tell(world, `plan ${one.plan}`, () => quietly(approvals.propose(proposed, twoPeople, PROPOSER)));
  }
  if (one.do === 'abort') return tell(world, 'no', async () => 'aborted' in (await approvals.abort(RUN, ADA)));
  if (one.do === 'freeze') return tell(world, 'freeze', () => quietly(brakes.freeze(freeze)));
  if (one.do === 'unfreeze') return tell(world, 'unfreeze', () => quietly(brakes.unfreeze('shop-db')));
  if (one.do === 'release') return locks.release(lock, one.holder);
  const what = one.holder === RUN ? 'lock of the run' : 'lock of another';
  return tell(world, what, async () => 'fence' in (await locks.take(lock, one.holder, 600)));
}

async function play(scheduler: Scheduler, history: readonly (readonly Move[])[]): Promise<number> {
  const clock = { nowMs: start };
  const table = inTurns(
    memoryTable(() => clock.nowMs),
    scheduler,
  );
  const world: World = { state: openState(table), table, watcher: watch(), clock, wrong: [], bound: 0 };
  for (const [index, group] of history.entries()) {
    await scheduler.waitFor(Promise.all(group.map((one, at) => make(world, one, `${index}-${at}`))));
  }
  expect(world.wrong).toEqual([]);
  return world.watcher.strikes();
}

test('in 1,000 random interleavings of clicks, expiries, drifts, duplicates and crashes the room never acts on what is not approved', async () => {
  let acted = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), histories, async (scheduler, history) => {
      acted += await play(scheduler, history);
    }),
    { numRuns: 1000 },
  );
  // Else it would say nothing.
  expect(acted).toBeGreaterThan(50);
}, 300_000);
