/** An event of RDS or ElastiCache; its number is never in an answer of DescribeEvents. */
export type Notice = {
  /** `RDS-EVENT-0013`; ElastiCache has none. */
  id?: string;
  sourceType:
    | 'db-instance'
    | 'db-cluster'
    | 'db-snapshot'
    | 'db-cluster-snapshot'
    | 'replication-group'
    | 'cache-cluster';
  source: string;
  message: string;
  categories: readonly string[];
};

export type CloudEvent = Notice & { atMs: number };

/** Has this happened to the resource within the last while? */
export function recently(
  events: readonly CloudEvent[],
  what: (event: CloudEvent) => boolean,
  { nowMs, withinMs }: { nowMs: number; withinMs: number },
): CloudEvent[] {
  return events.filter((event) => event.atMs > nowMs - withinMs && what(event));
}

/** Both APIs keep 14 days. */
const KEPT_MS = 14 * 24 * 3_600_000;

/** What both DescribeEvents ask for. Of neither a beginning nor an end, it is the last `Duration` minutes. */
export type EventQuestion = {
  SourceIdentifier?: string | undefined;
  SourceType?: string | undefined;
  StartTime?: Date | undefined;
  EndTime?: Date | undefined;
  Duration?: number | undefined;
};

/**
 * The events in question, the oldest first. An `EndTime` without a beginning looks back from there by `Duration` (60 minutes).
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html
 */
export function eventsIn(events: readonly CloudEvent[], question: EventQuestion, nowMs: number): CloudEvent[] {
  const { SourceIdentifier: source, SourceType: type, StartTime, EndTime, Duration = 60 } = question;
  const untilMs = EndTime?.getTime() ?? nowMs;
  const fromMs = Math.max(StartTime?.getTime() ?? untilMs - Duration * 60_000, nowMs - KEPT_MS);
  return events.filter(
    (event) =>
      event.atMs >= fromMs &&
      event.atMs <= untilMs &&
      (source === undefined || event.source === source) &&
      (type === undefined || event.sourceType === type),
  );
}
