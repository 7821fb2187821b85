import { DescribeEventsCommand, type Event, type RDSClient, type SourceType } from '@aws-sdk/client-rds';

export type EventKind = 'started' | 'completed' | 'abandoned' | 'failed' | 'went-back' | 'partial' | 'restarted';

/** An event that tells of a failover; everything else is left out. */
export type FailoverEvent = { kind: EventKind; atMs: number; message: string };

/**
 * By the beginnings of their messages, because an answer of DescribeEvents carries no number (0013, 0049 and 0015, 0034, 0065, 0006;
 * of clusters 0072 and 0073, 0071, 0069, 0070).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
 */
const KINDS: readonly (readonly [RegExp, EventKind])[] = [
  [/^Multi-AZ instance failover started/i, 'started'],
  [/^Multi-AZ instance failover completed/i, 'completed'],
  [/^Multi-AZ failover to standby complete/i, 'completed'],
  [/^Abandoning user requested failover/i, 'abandoned'],
  [/^The instance has recovered from a partial failover|^Recovered from partial failover/i, 'partial'],
  [/^DB instance restarted/i, 'restarted'],
  [/^Started (?:same|cross) AZ failover to DB instance/i, 'started'],
  [/^Completed (?:customer initiated )?failover to DB instance/i, 'completed'],
  [/^Cluster failover failed/i, 'failed'],
  [/^Promoting previous primary again/i, 'went-back'],
];

/** Clocks of ours and of AWS may differ by this much. */
const SKEW_MS = 5000;

/** What AWS says of an instance or a cluster since a time, the oldest first. AWS promises neither order nor that none is missing. */
export async function failoverEvents(
  client: RDSClient,
  source: EventSource,
  sinceMs: number,
): Promise<FailoverEvent[]> {
  return readEvents(await eventsSince(client, source, sinceMs));
}

export type EventSource = { name: string; type: SourceType };

/** All that AWS tells of it since a time, in the order in which it tells. */
export async function eventsSince(client: RDSClient, { name, type }: EventSource, sinceMs: number): Promise<Event[]> {
  const StartTime = new Date(sinceMs - SKEW_MS);
  const found: Event[] = [];
  let Marker: string | undefined;
  do {
    const question = new DescribeEventsCommand({ SourceIdentifier: name, SourceType: type, StartTime, Marker });
    // oxlint-disable-next-line no-await-in-loop -- page by page
    const page = await client.send(question);
    found.push(...(page.Events ?? []));
    ({ Marker } = page);
  } while (Marker !== undefined);
  return found;
}

/** Pure: those that tell of a failover, the oldest first. */
export function readEvents(events: readonly Event[]): FailoverEvent[] {
  return events
    .flatMap(({ Message: message = '', Date: at }): FailoverEvent[] => {
      const kind = KINDS.find(([words]) => words.test(message))?.[1];
      return kind === undefined || at === undefined ? [] : [{ kind, atMs: at.getTime(), message }];
    })
    .toSorted((one, other) => one.atMs - other.atMs);
}

/** Pure: "02:01:07 Multi-AZ instance failover completed", as proof. */
export function eventWords({ atMs, message }: Pick<FailoverEvent, 'atMs' | 'message'>): string {
  return `AWS, ${new Date(atMs).toISOString().slice(11, 19)} UTC: ${message.replace(/\.$/, '')}.`;
}
