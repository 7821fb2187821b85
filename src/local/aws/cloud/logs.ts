import {
  FilterLogEvents$,
  type FilteredLogEvent,
  type FilterLogEventsRequest,
  type FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CloudModel, PublishedLog } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const logsOperations: CloudOperations = {
  FilterLogEvents: operation<FilterLogEventsRequest, FilterLogEventsResponse>(FilterLogEvents$, filtered),
};

const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;

/** Pages hold 10,000 events or 1 MB; `startTime` and `endTime` are both inclusive. The token is the number of the next event. */
function filtered(input: FilterLogEventsRequest, model: CloudModel, nowMs: number): FilterLogEventsResponse {
  const { logGroupName, logStreamNamePrefix = '', startTime = 0, endTime = nowMs, nextToken } = input;
  const logs = model.logs.filter(({ group }) => group === logGroupName);
  if (logs.length === 0 || logGroupName === undefined)
    throw new CloudRefusal('ResourceNotFoundException', 'The specified log group does not exist.');
  if (startTime > endTime) throw new CloudRefusal('InvalidParameterException', 'startTime is later than endTime');
  const all = logs
    .flatMap(eventsOf)
    .filter(({ logStreamName = '' }) => logStreamName.startsWith(logStreamNamePrefix))
    .filter(({ timestamp = 0 }) => timestamp >= startTime && timestamp <= Math.min(endTime, nowMs))
    .toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
  const first = Number(nextToken ?? 0);
  const events = page(all.slice(first));
  const next = first + events.length;
  return { events, ...(next < all.length ? { nextToken: String(next) } : {}) };
}

function page(events: readonly FilteredLogEvent[]): FilteredLogEvent[] {
  let bytes = 0;
  const end = events.slice(0, MOST_EVENTS).findIndex(({ message = '' }) => (bytes += message.length) > MOST_BYTES);
  return events.slice(0, end < 1 ? MOST_EVENTS : end);
}

/** One event for each line that begins with a time, together with those that continue it; the stream is `<instance>.0`. */
function eventsOf({ instance, files }: PublishedLog): FilteredLogEvent[] {
  return files().flatMap(({ name, bytes }) => {
    const entries = bytes.toString('utf8').split(/\n(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/);
    return entries.flatMap((entry, n) => {
      const clock = /^[-\d]{10} [:\d]{8}(?:\.\d{3})?/.exec(entry)?.[0] ?? '';
      const timestamp = Date.parse(`${clock.replace(' ', 'T')}Z`);
      if (Number.isNaN(timestamp)) return [];
      const eventId = `${name}:${n}`;
      return [
        { logStreamName: `${instance}.0`, timestamp, message: entry.trimEnd(), eventId, ingestionTime: timestamp },
      ];
    });
  });
}
