import fc from 'fast-check';
import { planHash, type Plan } from '../../src/core/plan.ts';
import { start } from '../state/fresh-state.ts';

/** What people, clocks, other runs and crashes may do, in any order, any number of times, and at the same time. */
export type Move =
  | { do: 'propose'; plan: number }
  | { do: 'click'; k: 'approve' | 'refuse'; who: string; plan: number }
  | { do: 'abort' }
  | { do: 'freeze' }
  | { do: 'unfreeze' }
  | { do: 'bind' }
  | { do: 'pass'; seconds: number }
  | { do: 'take' | 'release'; holder: string }
  /** The room is called, or asked what became of it; it dies after so many calls of the state table. */
  | { do: 'act' | 'settle'; plan: number; asked: number; by: readonly string[]; dies: number | undefined };

export const RUN = 'probe-1';
export const PROPOSER = 'U0OMAR';
export const [ADA, BEN] = ['U0ADA', 'U0BEN'];
/** A stranger to the config: no yes of his counts. */
export const EVE = 'U0EVE';
export const EXPIRES_MS = start + 900_000;

const planOf = (value: string): Plan => ({
  runId: RUN,
  operation: 'probe',
  target: 'shop-db',
  identity: { primary: value },
  steps: ['strike'],
  args: { value },
  loss: 'nothing',
  blastRadius: [],
  facts: [],
  expiresAt: new Date(EXPIRES_MS).toISOString(),
});
/** The plan, and what it drifted to. */
export const plans: readonly Plan[] = [planOf('one'), planOf('two')];
export const hashes = plans.map(planHash);

const plan = fc.constantFrom(0, 0, 0, 0, 1);
const dies = fc.constantFrom(undefined, undefined, undefined, 1, 2, 3, 4, 5, 6);
const by = fc.constantFrom([ADA, BEN], [ADA, BEN], [ADA, BEN], [PROPOSER, ADA], [ADA, EVE]);
const acting = { plan, asked: plan, by, dies };
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('propose' as const), plan }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('click' as const),
      k: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'refuse' as const),
      who: fc.constantFrom(ADA, BEN, PROPOSER, EVE),
      plan,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom({ do: 'abort' as const }, { do: 'freeze' as const }, { do: 'unfreeze' as const }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('bind' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 300, 601) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('take' as const, 'take' as const, 'release' as const),
      holder: fc.constantFrom(RUN, RUN, 'another-run'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('act' as const), ...acting }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), ...acting }) },
);

/** Without it most random histories never come as far as a grant. */
const likely: readonly Move[] = [
  { do: 'propose', plan: 0 },
  { do: 'click', k: 'approve', who: ADA, plan: 0 },
  { do: 'click', k: 'approve', who: BEN, plan: 0 },
  { do: 'take', holder: RUN },
  { do: 'bind' },
  { do: 'act', plan: 0, asked: 0, by: [ADA, BEN], dies: undefined },
];
/** Each group of moves happens at once; the groups one after the other. */
export const histories: fc.Arbitrary<readonly (readonly Move[])[]> = fc.oneof(
  fc.array(fc.array(move, { minLength: 1, maxLength: 3 }), { maxLength: 15 }),
  // The usual course, with anything before and beside each part of it.
  fc
    .array(fc.tuple(fc.array(move, { maxLength: 2 }), fc.array(move, { maxLength: 2 })), {
      minLength: likely.length,
      maxLength: likely.length,
    })
    .map((between) =>
      likely.flatMap((step, index) => [between[index]?.[0] ?? [], [step, ...(between[index]?.[1] ?? [])]]),
    ),
);
