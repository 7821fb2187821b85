import {
  FilterLogEventsCommand,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  type FilterLogEventsRequest,
  type FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogBudget, LogReading, LogStart } from '../../targets/logs.ts';
import { awsRefusal } from '../aws-refusal.ts';

export const EVENTS_RIGHT = {
  action: 'logs:FilterLogEvents',
  resource: 'log-group:/aws/rds/*',
  room: 'logs',
} as const;

/** A group of CloudWatch, and the instance whose streams count: `shop-db-1`, or `shop-db-1.0`. */
export type LogGroup = { name: string; instance: string };
/** What a reading may take, and who is handed the bytes. */
export type KeptReader = { now: () => number; budget: LogBudget; take: (chunk: Uint8Array) => void };

/** Events come up to so late, by what CloudWatch publishes; who goes on later waits for them. */
const SETTLE_MS = 60_000;
/** The newest piece is read first: where the budget ends early, it is the past that is missing. */
const PIECE_MS = 300_000;

type Piece = { fromMs: number; untilMs: number };
type Reading = {
  bytes: number;
  pages: number;
  lastMs: number | undefined;
  idsAtLast: string[];
  stopped: string | undefined;
};

/** Reads a stream by time. Undefined where CloudWatch has no such group, so that the log is not published there. */
export async function readEvents(
  client: CloudWatchLogsClient,
  group: LogGroup,
  start: LogStart,
  reader: KeptReader,
): Promise<LogReading | undefined> {
  const deadlineMs = reader.now() + reader.budget.seconds * 1000;
  const reading: Reading = { bytes: 0, pages: 0, lastMs: undefined, idsAtLast: [], stopped: undefined };
  const whole = periodOf(start, reader.now());
  const pieces = 'after' in start ? [whole] : newestFirst(whole);
  const seen = new Set('after' in start ? start.after.events?.ids : []);
  try {
    for (const [n, piece] of pieces.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- the newest first, as far as the budget goes
      await readPiece(client, group, piece, { reader, reading, deadlineMs, seen });
      if (reading.stopped !== undefined) return resultOf(whole, pieces.slice(0, n), piece, reading);
    }
  } catch (thrown) {
    if ('absent' in awsRefusal(thrown)) return undefined;
    throw thrown;
  }
  return resultOf(whole, pieces, undefined, reading);
}

function periodOf(start: LogStart, nowMs: number): Piece {
  if ('after' in start) {
    return { fromMs: start.after.events?.atMs ?? Date.parse(start.after.at), untilMs: nowMs - SETTLE_MS };
  }
  return { fromMs: Date.parse(start.since), untilMs: start.until === undefined ? nowMs : Date.parse(start.until) };
}

function newestFirst({ fromMs, untilMs }: Piece): Piece[] {
  // Of no time nothing is read, but whether the group is there is asked.
  if (fromMs >= untilMs) return [{ fromMs, untilMs }];
  const pieces: Piece[] = [];
  for (let end = untilMs; end > fromMs; end -= PIECE_MS)
    pieces.push({ fromMs: Math.max(fromMs, end - PIECE_MS), untilMs: end });
  return pieces;
}

type Work = { reader: KeptReader; reading: Reading; deadlineMs: number; seen: ReadonlySet<string> };

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: oldest first; a page may be empty. */
async function readPiece(
  client: CloudWatchLogsClient,
  { name: logGroupName, instance: logStreamNamePrefix }: LogGroup,
  { fromMs: startTime, untilMs }: Piece,
  { reader, reading, deadlineMs, seen }: Work,
): Promise<void> {
  const asked = { logGroupName, logStreamNamePrefix, startTime, endTime: untilMs - 1 };
  let nextToken: string | undefined;
  if (startTime >= untilMs) {
    await client.send(new FilterLogEventsCommand({ ...asked, endTime: startTime, limit: 1 }));
    return;
  }
  do {
    // A page may be empty, and of a large group thousands are.
    if (reading.bytes >= reader.budget.bytes || (reading.pages > 0 && reader.now() > deadlineMs)) {
      reading.stopped = 'more was written than one reading may fetch';
      return;
    }
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const page = await pageOf(client, nextToken === undefined ? asked : { ...asked, nextToken }, reading);
    reading.pages += 1;
    for (const event of page?.events ?? [])
      if (isOf(event, logStreamNamePrefix, seen)) handOver(event, reader, reading);
    nextToken = page?.nextToken;
  } while (nextToken !== undefined);
}

/** Undefined where AWS gave some of it already and gives no more. */
async function pageOf(
  client: CloudWatchLogsClient,
  asked: FilterLogEventsRequest,
  reading: Reading,
): Promise<FilterLogEventsResponse | undefined> {
  try {
    return await client.send(new FilterLogEventsCommand(asked));
  } catch (thrown) {
    if (reading.bytes === 0) throw thrown;
    const refusal = awsRefusal(thrown);
    reading.stopped = `AWS gave no more of it (${'silent' in refusal ? refusal.silent : 'refused'})`;
    return undefined;
  }
}

/** Another instance's name may begin with ours. */
function isOf(
  { logStreamName = '', eventId = '' }: FilteredLogEvent,
  instance: string,
  seen: ReadonlySet<string>,
): boolean {
  return (logStreamName === instance || logStreamName.startsWith(`${instance}.`)) && !seen.has(eventId);
}

function handOver(
  { message = '', timestamp = 0, eventId = '' }: FilteredLogEvent,
  reader: KeptReader,
  reading: Reading,
): void {
  const bytes = Buffer.from(message.endsWith('\n') ? message : `${message}\n`);
  reader.take(bytes);
  reading.bytes += bytes.length;
  if (timestamp !== reading.lastMs) reading.idsAtLast = [];
  reading.lastMs = timestamp;
  reading.idsAtLast.push(eventId);
}

/** `done` are read as a whole; of `last` only what is up to the last event. */
function resultOf(whole: Piece, done: readonly Piece[], last: Piece | undefined, reading: Reading): LogReading {
  const { bytes, lastMs = (last ?? whole).fromMs, idsAtLast, stopped } = reading;
  const iso = (ms: number) => new Date(ms).toISOString();
  const untilMs = Math.max(whole.fromMs, whole.untilMs);
  if (last === undefined) {
    const position = { at: iso(untilMs), events: { atMs: untilMs, ids: [] } };
    return { position, from: iso(whole.fromMs), until: iso(untilMs), bytes };
  }
  const fromMs = done.at(-1)?.fromMs ?? last.fromMs;
  const endMs = done.length > 0 ? untilMs : lastMs;
  const position = { at: iso(endMs), events: { atMs: endMs, ids: done.length > 0 ? [] : idsAtLast } };
  return { position, from: iso(fromMs), until: iso(endMs), bytes, ...(stopped === undefined ? {} : { why: stopped }) };
}
