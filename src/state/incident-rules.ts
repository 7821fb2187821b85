import { createHash } from 'node:crypto';
import { compareChanges, foldChanges, type Folded } from './incident-fold.ts';
import type { AlarmChange, Incident, IncidentOutcome } from './incident.ts';

/** Every change of a target's alarms that is still kept, in the order of their times; `incident` is where each was told. */
export type TargetAlarms = {
  target: string;
  changes: readonly KeptChange[];
  /** Of the last incident: given once, kept while it is the same incident. */
  incidentId?: string | undefined;
};
type KeptChange = AlarmChange & { incident?: string | undefined };
export type FoldedChange = { outcome: IncidentOutcome; alarms: TargetAlarms; incident?: Omit<Incident, 'version'> };

/** Beyond this many, the oldest changes that no alarm stands on are forgotten. */
export const keptChanges = 100;

/**
 * Takes one more change. All that matters is the set of changes, so that duplicates and every order of arrival end in the same
 * incident; only its id depends on what was told first.
 */
export function foldAlarm(known: TargetAlarms, change: AlarmChange): FoldedChange {
  const before = foldChanges(known.changes);
  const told = known.changes.find((kept) => compareChanges(kept, change) === 0);
  if (told !== undefined) {
    const same = told.incident !== undefined && told.incident === known.incidentId;
    return same ? answer('duplicate', known, before) : { outcome: 'duplicate', alarms: known };
  }
  const changes = trimmed([...known.changes, change].toSorted(compareChanges));
  const forgotten = !changes.includes(change);
  if (forgotten) return { outcome: 'stale', alarms: known };
  const after = foldChanges(changes);
  const outcome = outcomeOf(before, after, change);
  const incidentId = idAfter(known, before, after, change);
  const isTold = outcome === 'opened' || outcome === 'updated' || outcome === 'resolved';
  const kept = changes.map((each) => (each === change && isTold ? { ...change, incident: incidentId } : each));
  return answer(outcome, { target: known.target, changes: withoutOldReasons(kept), incidentId }, after);
}

/** The reason of a change that its alarm has left behind is never told again, and would make every write of the item dearer. */
function withoutOldReasons(sorted: readonly KeptChange[]): readonly KeptChange[] {
  const newest = new Set(new Map(sorted.map((change) => [change.alarm, change])).values());
  return sorted.map((change) => (newest.has(change) || change.reason === '' ? change : withoutReason(change)));
}

function withoutReason({ children: _children, ...change }: KeptChange): KeptChange {
  return { ...change, reason: '' };
}

function outcomeOf(before: Folded, after: Folded, change: AlarmChange): IncidentOutcome {
  if (isOpen(after) && !isOpen(before)) return 'opened';
  if (isOpen(before) && !isOpen(after)) return 'resolved';
  const newest = after.alarms[change.alarm];
  if (newest?.at !== change.at || newest.state !== change.state) return 'stale';
  return isOpen(after) && after.incident?.alarms[change.alarm] !== undefined ? 'updated' : 'ignored';
}

/** The same incident when it was open, or when what is known now reaches back into it. */
function idAfter(known: TargetAlarms, before: Folded, after: Folded, change: AlarmChange): string | undefined {
  if (after.incident === undefined) return undefined;
  const isSame =
    isOpen(before) ||
    (before.incident?.resolvedAt !== undefined && after.incident.openedAt <= before.incident.resolvedAt);
  if (isSame && known.incidentId !== undefined) return known.incidentId;
  const seed = `${known.target}\n${after.incident.openedAt}\n${change.alarm}`;
  return `${known.target}-${createHash('sha256').update(seed).digest('hex').slice(0, 12)}`;
}

function answer(outcome: IncidentOutcome, alarms: TargetAlarms, { incident }: Folded): FoldedChange {
  if (incident === undefined || alarms.incidentId === undefined || outcome === 'ignored') return { outcome, alarms };
  return { outcome, alarms, incident: { ...incident, id: alarms.incidentId, target: alarms.target } };
}

function isOpen({ incident }: Folded): boolean {
  return incident !== undefined && incident.resolvedAt === undefined;
}

/** The newest changes, and besides them what open, resolved and opened-at stand on. */
function trimmed(sorted: readonly KeptChange[]): readonly KeptChange[] {
  if (sorted.length <= keptChanges) return sorted;
  const standing = new Set(new Map(sorted.map((change) => [`${change.state} ${change.alarm}`, change])).values());
  const { incident } = foldChanges(sorted);
  const opener = sorted.find(({ state, at }) => state === 'ALARM' && at === incident?.openedAt);
  const oldest = sorted.length - keptChanges;
  return sorted.filter((change, index) => index >= oldest || change === opener || standing.has(change));
}
