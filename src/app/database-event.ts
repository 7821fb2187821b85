import * as z from 'zod';
import type { TargetSpec } from '../targets/spec.ts';

/** One thing that the provider says of a database: a failover, a full disk, a reboot. */
export type DatabaseEvent = {
  /** `RDS-EVENT-0049`, `ElastiCache:FailoverComplete`. */
  name: string;
  /** The provider's identifier of the database or its group. */
  source: string;
  /** ISO time in milliseconds and UTC. */
  at: string;
  /** The provider's own sentence; empty where it gives none. */
  message: string;
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html */
const EventBridgeEvent = z.object({
  source: z.literal('aws.rds'),
  time: z.string(),
  detail: z.object({
    SourceIdentifier: z.string(),
    Date: z.string().optional(),
    Message: z.string().default(''),
    EventID: z.string().default('RDS-EVENT'),
  }),
});

const SnsEnvelope = z.object({
  Records: z.array(z.object({ Sns: z.object({ Message: z.string(), Timestamp: z.string().default('') }) })).min(1),
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const SnsRdsEvent = z.object({
  'Event Time': z.string(),
  'Source ID': z.string(),
  'Event ID': z.string(),
  'Event Message': z.string().default(''),
});

/** The name of the event is the key, its cluster the value: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html */
const CACHE_EVENT = /^ElastiCache:\w+$/;

/** The first words to a new topic are no JSON: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Subscribing.html */
const GREETING = /^This is a message to notify that RDS will attempt to send/;

/** The database events in what was delivered, none in a greeting; undefined when it is something else, such as an alarm. Pure. */
export function readDatabaseEvents(delivered: unknown): readonly DatabaseEvent[] | undefined {
  const bridge = EventBridgeEvent.safeParse(delivered);
  if (bridge.success) return readable([fromEventBridge(bridge.data)]);
  const envelope = SnsEnvelope.safeParse(delivered);
  if (!envelope.success) return undefined;
  const messages = envelope.data.Records.filter(({ Sns }) => !GREETING.test(Sns.Message));
  const events = messages.map(({ Sns }) => fromSns(Sns.Message, Sns.Timestamp));
  return events.every((event) => event !== undefined) ? readable(events) : undefined;
}

/** Without its time nobody knows to which trouble it belongs. */
function readable(events: readonly DatabaseEvent[]): readonly DatabaseEvent[] | undefined {
  return events.every(({ at }) => at !== '') ? events : undefined;
}

/** The one target that an event is about, or why there is none. A group's name is the beginning of its members' identifiers. */
export function matchDatabaseEvent(
  { source }: DatabaseEvent,
  targets: readonly TargetSpec[],
): { target: TargetSpec } | { unmatched: string } {
  const named = (exactly: boolean) =>
    targets.filter(({ members }) =>
      members.some(({ identifier = '' }) => identifier === source || (!exactly && identifier.startsWith(`${source}-`))),
    );
  const found = [named(true), named(false)].find((fitting) => fitting.length > 0) ?? [];
  const [target] = found;
  if (target && found.length === 1) return { target };
  return {
    unmatched: found.length === 0 ? 'no target has a member of this name' : 'several targets have such a member',
  };
}

function fromEventBridge({ time, detail }: z.infer<typeof EventBridgeEvent>): DatabaseEvent {
  const at = isoTime(detail.Date ?? time);
  return { name: detail.EventID, source: detail.SourceIdentifier, at, message: detail.Message };
}

function fromSns(message: string, timestamp: string): DatabaseEvent | undefined {
  const body: unknown = parseJson(message);
  const rds = SnsRdsEvent.safeParse(body).data;
  if (rds) {
    const name = rds['Event ID'].split('#').at(-1) ?? rds['Event ID'];
    return { name, source: rds['Source ID'], at: isoTime(`${rds['Event Time']}Z`), message: rds['Event Message'] };
  }
  const [name, source] = Object.entries(Object(body)).find(([key]) => CACHE_EVENT.test(key)) ?? [];
  return name === undefined ? undefined : { name, source: String(source), at: isoTime(timestamp), message: '' };
}

/** RDS writes `2022-08-26 13:29:19.857`, in UTC and without saying so. */
function isoTime(text: string): string {
  const time = Date.parse(text.replace(' ', 'T').replace(/ZZ$/, 'Z'));
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
