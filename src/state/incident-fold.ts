import type { AlarmChange, AlarmState, Incident } from './incident.ts';

/** How long after its end an incident is reopened by a new alarm instead of a new one being opened. */
export const reopenedWithinSeconds = 600;

/** What the known changes of a target's alarms add up to. */
export type Folded = {
  /** The present state of every alarm, by name. */
  alarms: Incident['alarms'];
  /** The last incident, open while it has no `resolvedAt`. */
  incident?: { openedAt: string; resolvedAt?: string; alarms: Incident['alarms'] };
};

// At the same millisecond the worse state counts as the later one: an alarm is never lost to a tie.
const rank: Readonly<Record<AlarmState, number>> = { OK: 0, INSUFFICIENT_DATA: 1, ALARM: 2 };

/** The order in which changes happened, whatever the order in which they arrived. */
export function compareChanges(one: AlarmChange, other: AlarmChange): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  if (one.state !== other.state) return rank[one.state] - rank[other.state];
  return one.alarm < other.alarm ? -1 : one.alarm > other.alarm ? 1 : 0;
}

/**
 * Adds changes up in the order of their times. An ALARM opens, joins or reopens; an incident is over when each of its alarms
 * was OK since its last ALARM. INSUFFICIENT_DATA shows in an incident but never ends it: an alarm that lost its metric may be
 * a database that lost its host.
 */
export function foldChanges(sorted: readonly AlarmChange[]): Folded {
  const alarms: Record<string, Incident['alarms'][string]> = {};
  const raised = new Set<string>();
  let joined = new Set<string>();
  let span: { openedAt: string; resolvedAt?: string } | undefined;
  for (const { alarm, state, at, reason, children = [] } of sorted) {
    alarms[alarm] = { state, at, reason, ...(children.length > 0 ? { children } : {}) };
    if (state === 'ALARM') {
      const next = spanAfterAlarm(span, at);
      if (next.openedAt !== span?.openedAt) joined = new Set();
      span = next;
      raised.add(alarm);
      joined.add(alarm);
    }
    if (state === 'OK' && raised.delete(alarm) && raised.size === 0 && span !== undefined) span.resolvedAt = at;
  }
  if (span === undefined) return { alarms };
  const ofIncident = Object.fromEntries(Object.entries(alarms).filter(([name]) => joined.has(name)));
  return { alarms, incident: { ...span, alarms: ofIncident } };
}

function spanAfterAlarm(span: { openedAt: string; resolvedAt?: string } | undefined, at: string): { openedAt: string } {
  if (span === undefined) return { openedAt: at };
  if (span.resolvedAt === undefined) return { openedAt: span.openedAt };
  const quietMs = Date.parse(at) - Date.parse(span.resolvedAt);
  return { openedAt: quietMs <= reopenedWithinSeconds * 1000 ? span.openedAt : at };
}
