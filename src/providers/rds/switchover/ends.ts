import { durationText } from '../../../checks/wording.ts';
import type {
  CloudSwitchoverEnd,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
} from '../../../targets/cloud-switchover.ts';
import { eventWords, type FailoverEvent } from './events.ts';

/** AWS says 60 to 120 seconds, for a cluster less than 35: after this a person is called. */
export const ALARM_SECONDS = 300;

/** Pure: it did not happen, and nothing has changed. */
export function notDone(why: string, events: readonly FailoverEvent[] = []): CloudSwitchoverEnd {
  return { ...nothing(events), ended: 'rolled-back', why, lost: 'none' };
}

/** Pure: nobody should guess. */
export function personNeeded(why: string, events: readonly FailoverEvent[] = []): CloudSwitchoverEnd {
  return { ...nothing(events), ended: 'needs-a-human', why, lost: 'unknown' };
}

/** When it began, and now. */
export type Elapsed = { begunAtMs: number; nowMs: number };

/** Pure: whether it takes longer than it may. */
export function isOverdue({ begunAtMs, nowMs }: Elapsed): boolean {
  return nowMs - begunAtMs >= ALARM_SECONDS * 1000;
}

/** Pure: what is said while AWS does not answer. */
export function unanswered(times: Elapsed): CloudSwitchoverResult {
  if (isOverdue(times)) return personNeeded(`AWS has not answered ${durationText(ALARM_SECONDS)} after the order.`);
  return { ended: 'under-way', phase: 'AWS does not answer at the moment; it is asked again.' };
}

/** Pure: the writes have moved; what was acknowledged is there, because the other machine had it before. */
export function switchedTo(
  { from }: CloudSwitchoverOrder,
  events: readonly FailoverEvent[],
  { former, proof }: { former?: string; proof: string },
): CloudSwitchoverEnd {
  const [started, completed] = [timeOf(events, 'started'), timeOf(events, 'completed')];
  const phases =
    started === undefined || completed === undefined
      ? []
      : [{ name: 'Failover, by the events of AWS', milliseconds: Math.max(0, completed - started) }];
  return {
    ...nothing(events),
    ended: 'switched',
    why: null,
    lost: 'none',
    phases,
    evidence: [proof, ...events.map(eventWords)],
    former: former ?? `${from} follows it`,
  };
}

function nothing(events: readonly FailoverEvent[]) {
  return { phases: [], writeGapMilliseconds: null, evidence: events.map(eventWords), left: [] };
}

function timeOf(events: readonly FailoverEvent[], kind: FailoverEvent['kind']): number | undefined {
  return events.find((event) => event.kind === kind)?.atMs;
}
