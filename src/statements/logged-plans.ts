import type { LoggedPlan, StatementComparison, StatementLine } from '../core/statement.ts';

type Logged = { readonly logged?: readonly LoggedPlan[] };

/** Of each member the last one and another one before it. */
const MOST_EACH = 2;
const MOST_MEMBERS = 3;

/** Pure: shapes with what logs had of their plans, added in the order of time; what is read twice changes nothing. */
export function withLogged<S extends Logged>(
  shapes: { readonly [shape: string]: S },
  plans: readonly LoggedPlan[],
): { [shape: string]: S } {
  const changed: { [shape: string]: S } = { ...shapes };
  for (const plan of plans.toSorted((a, b) => (a.firstAt < b.firstAt ? -1 : 1))) {
    const known = changed[plan.shape];
    if (known) changed[plan.shape] = { ...known, logged: added(known.logged ?? [], plan) };
  }
  return changed;
}

function added(all: readonly LoggedPlan[], plan: LoggedPlan): LoggedPlan[] {
  const own = all.filter(({ member }) => member === plan.member);
  const others = all.filter(({ member }) => member !== plan.member).slice(0, MOST_EACH * (MOST_MEMBERS - 1));
  const [last, ...rest] = own;
  if (last && plan.lastAt <= last.lastAt) return [...all];
  if (last?.hash !== plan.hash) return [plan, ...own.slice(0, MOST_EACH - 1), ...others];
  const slower = plan.slowestMs > last.slowestMs ? plan : last;
  return [{ ...slower, firstAt: last.firstAt, lastAt: plan.lastAt }, ...rest, ...others];
}

/** Pure: a comparison whose moved statements know what its member's log had of their plans. */
export function withLoggedPlans(
  comparison: StatementComparison,
  shapes: { readonly [shape: string]: Logged },
): StatementComparison {
  const known = (line: StatementLine): StatementLine => {
    const logged = (shapes[line.shape]?.logged ?? []).filter(({ member }) => member === comparison.member);
    return logged.length === 0 ? line : { ...line, logged };
  };
  return { ...comparison, moved: comparison.moved.map((moved) => ({ ...moved, line: known(moved.line) })) };
}
