import { postgresChecks, redisChecks } from '../../checks/index.ts';
import type { TargetName } from '../../core/operation.ts';
import type { KnownFinding } from '../../core/past.ts';

/** What a person wants to be quiet about, as findings are matched by it; or why nobody knows what is meant. */
export type What = { what: string } | { refused: string };

const mostNamed = 5;

/**
 * Pure: a check id, with or without its engine, or the key of a finding. A key is only taken of a check that exists; whether
 * the object exists nobody knows here.
 */
export function readWhat(typed: string, target: TargetName, known: readonly KnownFinding[]): What {
  const ids = checkIds(target);
  const whole = typed.startsWith(`${target.engine}.`) ? typed : `${target.engine}.${typed}`;
  const [check = '', ...object] = whole.split(':');
  if (!ids.includes(check)) return { refused: unknownCheck(typed, target, known) };
  if (object.length > 0 && object.join(':') === '') return { refused: `"${typed}" names no object after the colon` };
  return { what: whole };
}

/** Who does not answer is found by no check, and can be muted all the same. */
function checkIds({ engine }: TargetName): string[] {
  const checks = engine === 'postgres' ? postgresChecks : redisChecks;
  return [...checks.map(({ id }) => id), `${engine}.reachable`];
}

function unknownCheck(typed: string, target: TargetName, known: readonly KnownFinding[]): string {
  const short = typed.length <= 60 ? typed : `${typed.slice(0, 59)}…`;
  const found = known.slice(0, mostNamed).map(({ key }) => key);
  const hint =
    found.length > 0
      ? `The last report of ${target.name} found ${found.join(', ')}.`
      : `The checks are ${checkIds(target).join(', ')}.`;
  return `there is no check or finding "${short}" of ${target.engine}. ${hint}`;
}
