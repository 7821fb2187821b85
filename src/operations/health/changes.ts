import type { Compared, Samples } from '../../core/check.ts';
import type { Changed } from '../../core/changed.ts';
import type { Json } from '../../core/json.ts';
import type { TargetName } from '../../core/operation.ts';
import type { Good, Remembered } from '../../core/past.ts';
import { countText, listText } from '../../checks/wording.ts';
import { beforeOf, canBeAsked } from './judge.ts';
import { checksOf, type AnyCheck } from './look.ts';

/** Something that changed, and when at the earliest and at the latest. */
export type Placed = Changed & { from: string; to: string };

/** The difference between a target's last good look and now. Only JSON: it leaves the part of a run that looked. */
export type TargetChanges = {
  target: string;
  /** ISO time of the last good look; null where there was none. */
  since: string | null;
  changes: readonly Placed[];
  notes: readonly string[];
};

export type Comparing = {
  target: TargetName;
  good: Good | undefined;
  /** The look before this one, which narrows down when something happened. */
  rates: Remembered | undefined;
  now: { at: string; samples: Remembered['samples'] };
  limits(check: string): Json;
};

/** What leaves a part of a run is bounded: there may be many parts. */
const MOST_CHANGES = 20;

/** Pure: what every check that compares finds changed, largest first. */
export function changesOf({ target, good, rates, now, limits }: Comparing): TargetChanges {
  if (!good)
    return {
      target: target.name,
      since: null,
      changes: [],
      notes: [`No good report of ${target.name} is kept to compare with.`],
    };
  const compared = checksOf(target.engine).flatMap((check) =>
    check.changes && canBeAsked(check, target) ? [changesBy(check, check.changes, { good, rates, now, limits })] : [],
  );
  const missing = compared.flatMap((one) => ('missing' in one ? [one.missing] : []));
  const changes = compared.flatMap((one) => ('changes' in one ? one.changes : []));
  return {
    target: target.name,
    since: good.at,
    changes: changes.toSorted((a, b) => b.size - a.size).slice(0, MOST_CHANGES),
    notes:
      missing.length === 0
        ? []
        : [`${target.name} was not compared by ${listText(missing, 4)}: no answer then or now.`],
  };
}

/** Pure: the largest of them that fit into so many bytes of JSON; what does not is noted. */
export function fittingChanges(own: TargetChanges, mostBytes: number): TargetChanges {
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  let kept = own.changes.length;
  while (kept > 0 && bytesOf(own.changes.slice(0, kept)) > mostBytes) kept -= 1;
  if (kept === own.changes.length) return own;
  const left = `Left out among many targets: ${countText(own.changes.length - kept, 'smaller change')} of ${own.target}.`;
  return { ...own, changes: own.changes.slice(0, kept), notes: [...own.notes, left] };
}

type CheckChanges = { changes: Placed[] } | { missing: string };

function changesBy(
  { id }: AnyCheck,
  changes: NonNullable<AnyCheck['changes']>,
  { good, rates, now, limits }: Omit<Comparing, 'target' | 'good'> & { good: Good },
): CheckChanges {
  const [then, at] = [comparedAt(id, good, good.rates), comparedAt(id, now, rates)];
  // What neither look could see is a gap of the report already.
  if (!then && !at) return { changes: [] };
  if (!then || !at) return { missing: id };
  try {
    const between = rates && rates.at > good.at ? rates : undefined;
    const there = between && comparedAt(id, between, undefined);
    const early = there && new Set(changes(then, there, limits(id)).map((one) => one.id));
    return { changes: changes(then, at, limits(id)).map((one) => placed(one, good, between, early, now.at)) };
  } catch {
    // Samples of a release before this one may lack what is compared.
    return { missing: id };
  }
}

function comparedAt(
  check: string,
  look: { at: string; samples: Remembered['samples'] },
  rates: { at: string; samples: Remembered['samples'] } | undefined,
): Compared<Samples> | undefined {
  const samples = look.samples[check];
  if (!samples) return undefined;
  const before = beforeOf(check, rates, Date.parse(look.at));
  return { at: look.at, samples, ...(before ? { before } : {}) };
}

/** What the look before did not see yet happened after it. */
function placed(
  changed: Changed,
  good: Good,
  between: Remembered | undefined,
  early: ReadonlySet<string> | undefined,
  nowAt: string,
): Placed {
  if (!between || !early || changed.rate) return { ...changed, from: good.at, to: nowAt };
  if (!early.has(changed.id)) return { ...changed, from: between.at, to: nowAt };
  const { at, ...undated } = changed;
  // What the look in between had seen already did not happen after it: the server speaks of a later reload.
  const isLater = at !== undefined && at > between.at;
  return { ...(isLater ? undated : changed), from: good.at, to: between.at };
}
