import type { Event, RDSClient } from '@aws-sdk/client-rds';
import { eventsSince, type EventSource } from '../switchover/events.ts';

export type OutageKind =
  | 'failover-started'
  | 'failover-completed'
  | 'recovery-started'
  | 'recovered'
  | 'shutdown'
  | 'restarted'
  | 'failed';

/** An event that tells how an instance or a cluster is; everything else is left out. */
export type OutageEvent = { kind: OutageKind; atMs: number; message: string };

/**
 * By the beginnings of their messages: 0013, 0049 and 0015, 0020, 0021, 0004, 0006, 0031; of clusters 0072 and 0073, 0071.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const KINDS: readonly (readonly [RegExp, OutageKind])[] = [
  [/^Multi-AZ instance failover started/i, 'failover-started'],
  [/^Multi-AZ instance failover completed|^Multi-AZ failover to standby complete/i, 'failover-completed'],
  [/^Started (?:same|cross) AZ failover to DB instance/i, 'failover-started'],
  [/^Completed (?:customer initiated )?failover to DB instance/i, 'failover-completed'],
  [/^Recovery of the DB instance has started/i, 'recovery-started'],
  [/^Recovery of the DB instance is complete/i, 'recovered'],
  [/^DB instance shutdown/i, 'shutdown'],
  [/^DB instance restarted/i, 'restarted'],
  [/^The DB instance has failed/i, 'failed'],
];

/** What AWS tells of it since a time, the oldest first. */
export async function outageEvents(client: RDSClient, source: EventSource, sinceMs: number): Promise<OutageEvent[]> {
  return readOutageEvents(await eventsSince(client, source, sinceMs));
}

/** Pure: those that tell how it is, the oldest first. */
export function readOutageEvents(events: readonly Event[]): OutageEvent[] {
  return events
    .flatMap(({ Message: message = '', Date: at }): OutageEvent[] => {
      const kind = KINDS.find(([words]) => words.test(message))?.[1];
      return kind === undefined || at === undefined ? [] : [{ kind, atMs: at.getTime(), message }];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

/** Pure: the last event that begins something which no later one ends; undefined where there is none, or it began before `sinceMs`. */
export function goingOn(
  events: readonly OutageEvent[],
  { begins, ends }: { begins: OutageKind; ends: readonly OutageKind[] },
  sinceMs: number,
): OutageEvent | undefined {
  const begun = events.findLast(({ kind }) => kind === begins);
  if (!begun || begun.atMs < sinceMs) return undefined;
  return events.some(({ kind, atMs }) => ends.includes(kind) && atMs >= begun.atMs) ? undefined : begun;
}
