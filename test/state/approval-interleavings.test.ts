import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planHash, type Grant, type Plan } from '../../src/core/plan.ts';
import { openState } from '../../src/state/index.ts';
import { targetLock } from '../../src/state/locks.ts';
import { memoryTable } from '../app/memory-table.ts';
import { start } from './fresh-state.ts';
import { planOf, twoPeople } from './proposals.ts';

/** What people, clocks, other runs and crashes may do, in any order and any number of times. */
type Move =
  | { do: 'propose' | 'bind'; plan: number }
  | { do: 'approve' | 'refuse'; who: string; plan: number }
  | { do: 'abort' }
  | { do: 'pass'; seconds: number }
  | { do: 'take' | 'release'; holder: string }
  | { do: 'consume'; plan: number; step: string; by: readonly string[] };

const PROPOSER = 'U0OMAR';
const people = [PROPOSER, 'U0ADA', 'U0BEN', 'U0CLEO'];
/** The plan, and what it drifted to. */
const plans: readonly Plan[] = [planOf(1), { ...planOf(1), args: { pid: 2212 } }];
const hashes = plans.map(planHash);
const EXPIRES_MS = Date.parse(planOf(1).expiresAt);
const RUN = planOf(1).runId;
const LOCK_SECONDS = 600;

const plan = fc.constantFrom(0, 0, 0, 1);
const who = fc.constantFrom(...people);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('propose' as const, 'bind' as const), plan }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('approve' as const), who, plan }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse' as const), who, plan }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 60, 300, 601) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('take' as const, 'take' as const, 'release' as const),
      holder: fc.constantFrom(RUN, RUN, 'another-run'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bind' as const), plan }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('consume' as const),
      plan,
      step: fc.constantFrom('first', 'second'),
      by: fc.constantFrom(['U0ADA', 'U0BEN'], ['U0ADA', 'U0BEN'], ['U0BEN', 'U0CLEO'], [PROPOSER, 'U0ADA']),
    }),
  },
);
/** Without it most random histories never come as far as a grant. */
const likely: readonly Move[] = [
  { do: 'propose', plan: 0 },
  { do: 'approve', who: 'U0ADA', plan: 0 },
  { do: 'approve', who: 'U0BEN', plan: 0 },
  { do: 'take', holder: RUN },
  { do: 'bind', plan: 0 },
  { do: 'consume', plan: 0, step: 'first', by: ['U0ADA', 'U0BEN'] },
];
const history = fc.oneof(
  fc.array(move, { maxLength: 40 }),
  // The usual course, with anything in between.
  fc
    .array(fc.array(move, { maxLength: 3 }), { minLength: likely.length, maxLength: likely.length })
    .map((between) => likely.flatMap((step, index) => [...(between[index] ?? []), step])),
);

/** What somebody who watched would say of the plan, kept apart from what the code under test says. */
type Watched = {
  nowMs: number;
  current: number | undefined;
  yes: Set<string>;
  isOver: boolean;
  isGranted: boolean;
  lock: { holder: string; fence: number; untilMs: number } | undefined;
  fences: number;
  boundTo: number;
  used: Set<string>;
};

function watch(): Watched {
  const nothing = { current: undefined, isOver: false, isGranted: false, lock: undefined, fences: 0, boundTo: 0 };
  return { ...nothing, nowMs: start, yes: new Set(), used: new Set() };
}

const heldBy = ({ lock, nowMs }: Watched) => (lock !== undefined && lock.untilMs > nowMs ? lock : undefined);

function see(watched: Watched, one: Move): void {
  if (one.do === 'pass') watched.nowMs += one.seconds * 1000;
  if (one.do === 'propose') seePlan(watched, one.plan);
  if (one.do === 'approve' || one.do === 'refuse') seeWord(watched, one);
  if (one.do === 'abort' && watched.current !== undefined && watched.used.size === 0) watched.isOver = true;
  if (one.do === 'take') takeLock(watched, one.holder);
  if (one.do === 'release' && heldBy(watched)?.holder === one.holder) watched.lock = undefined;
}

function seePlan(watched: Watched, number: number): void {
  if (number === watched.current || watched.isOver || watched.isGranted) return;
  watched.current = number;
  watched.yes.clear();
}

function seeWord(watched: Watched, one: Extract<Move, { do: 'approve' | 'refuse' }>): void {
  const isOpen = !watched.isOver && !watched.isGranted && watched.nowMs < EXPIRES_MS;
  if (!isOpen || one.plan !== watched.current) return;
  if (one.do === 'refuse') watched.isOver = true;
  else if (one.who !== PROPOSER) watched.isGranted = watched.yes.add(one.who).size >= 2;
}

function takeLock(watched: Watched, holder: string): void {
  const held = heldBy(watched);
  if (held !== undefined && held.holder !== holder) return;
  if (held === undefined) watched.fences += 1;
  watched.lock = { holder, fence: watched.fences, untilMs: watched.nowMs + LOCK_SECONDS * 1000 };
}

/** Why nothing may be carried out now, as the watcher sees it; undefined when it may. */
function whyNot(watched: Watched, one: Extract<Move, { do: 'consume' }>): string | undefined {
  if (watched.current !== one.plan) return 'it is not the plan';
  if (watched.isOver) return 'somebody said no';
  if (!watched.isGranted) return 'too few said yes';
  if (one.by.some((person) => !watched.yes.has(person)) || one.by.length !== watched.yes.size) return 'it names others';
  const held = heldBy(watched);
  if (held === undefined || watched.boundTo !== held.fence) return 'the lock has passed on';
  if (watched.used.has(one.step)) return 'the step was done';
  return watched.used.size === 0 && watched.nowMs >= EXPIRES_MS ? 'it expired' : undefined;
}

async function play(moves: readonly Move[]): Promise<number> {
  const watched = watch();
  const { approvals, locks } = openState(memoryTable(() => watched.nowMs));
  let carriedOut = 0;
  for (const one of moves) {
    see(watched, one);
    if (one.do === 'propose') await approvals.propose(plans[one.plan]!, twoPeople, PROPOSER).catch(() => undefined);
    if (one.do === 'approve') await approvals.approve(RUN, hashes[one.plan]!, one.who);
    if (one.do === 'refuse') await approvals.refuse(RUN, hashes[one.plan]!, one.who);
    if (one.do === 'abort') await approvals.abort(RUN, 'U0ADA');
    if (one.do === 'take') await locks.take(targetLock(planOf(1).target), one.holder, LOCK_SECONDS);
    if (one.do === 'release') await locks.release(targetLock(planOf(1).target), one.holder);
    if (one.do === 'bind') watched.boundTo = await bound(approvals, watched, one.plan);
    if (one.do === 'consume') carriedOut += await consumed(approvals, watched, one);
  }
  return carriedOut;
}

type Approvals = ReturnType<typeof openState>['approvals'];

/** A run binds only under the lock that it holds. */
async function bound(approvals: Approvals, watched: Watched, number: number): Promise<number> {
  const held = heldBy(watched);
  if (held?.holder !== RUN) return watched.boundTo;
  const grant: Grant = { runId: RUN, planHash: hashes[number]!, fence: 0, by: [] };
  return approvals.bind(grant, held.fence).then(
    ({ fence }) => fence,
    () => watched.boundTo,
  );
}

async function consumed(
  approvals: Approvals,
  watched: Watched,
  one: Extract<Move, { do: 'consume' }>,
): Promise<number> {
  const grant: Grant = { runId: RUN, planHash: hashes[one.plan]!, fence: watched.boundTo, by: one.by };
  const answer = await approvals.consume(grant, one.step);
  const why = whyNot(watched, one);
  expect('consumed' in answer, `${JSON.stringify(answer)}; the watcher says: ${why ?? 'it may'}`).toBe(
    why === undefined,
  );
  if (why === undefined) watched.used.add(one.step);
  return why === undefined ? 1 : 0;
}

test('in 1,000 random orders of clicks, expiries, drifts, duplicates and crashes nothing is carried out that is not approved', async () => {
  let carriedOut = 0;
  await fc.assert(
    fc.asyncProperty(history, async (moves) => {
      carriedOut += await play(moves);
    }),
    { numRuns: 1000 },
  );
  // Else it would say nothing.
  expect(carriedOut).toBeGreaterThan(50);
});
