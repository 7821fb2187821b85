import { DescribeDBLogFilesCommand, DownloadDBLogFilePortionCommand, type RDSClient } from '@aws-sdk/client-rds';
import { bytesText } from '../../core/amount.ts';
import type { LogFile, LogPosition, LogReading, LogStart } from '../../targets/logs.ts';
import { awsRefusal } from '../aws-refusal.ts';
import { firstTimeIn, lastTimeIn } from '../server-log/time-in.ts';
import type { KeptReader } from './log-events.ts';

export const PORTION_RIGHTS = [
  { action: 'rds:DescribeDBLogFiles', resource: 'db:*', room: 'logs' },
  { action: 'rds:DownloadDBLogFilePortion', resource: 'db:*', room: 'logs' },
] as const;

/**
 * A call takes time of the instance itself: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html
 * gives 1 MB at most, and cuts the line that goes beyond.
 */
const MOST_CALLS = 60;
const MOST_PAGES = 50;
const MOST_LINES = 10_000;
const PORTION_BYTES = 1_000_000;
/** More than this of one time is not fetched while somebody waits: about a second for each portion. */
const MOST_SINCE_BYTES = 8 * PORTION_BYTES;
const CUT = ' [Your log message was truncated]';
/** Files that were last written so long before the last reading have nothing new. */
const LOOK_BACK_MS = 3_600_000;

/** A file of RDS, with the place from which it is to be read: `0` is its beginning, null its last lines. */
type Portioned = LogFile & { marker: string | null };
type Portion = { data: Buffer; marker: string; pending: boolean };

/** The files with the log, the one that was written to last at the end. Those with `.csv` say the same in other words. */
export async function listPortions(
  client: RDSClient,
  DBInstanceIdentifier: string,
  writtenSinceMs: number,
): Promise<Portioned[]> {
  const asked = { DBInstanceIdentifier, FilenameContains: 'postgresql.log', FileLastWritten: writtenSinceMs };
  const files: Portioned[] = [];
  let Marker: string | undefined;
  let pages = 0;
  do {
    pages += 1;
    // oxlint-disable-next-line no-await-in-loop -- each page names the next one
    const page = await client.send(new DescribeDBLogFilesCommand(Marker ? { ...asked, Marker } : asked));
    for (const { LogFileName: name = '', Size: sizeBytes = 0, LastWritten = 0 } of page.DescribeDBLogFiles ?? [])
      if (!name.endsWith('.csv'))
        files.push({ name, sizeBytes, modifiedAt: new Date(LastWritten).toISOString(), marker: '0' });
    Marker = page.Marker;
  } while (Marker && pages < MOST_PAGES);
  return files.toSorted((a, b) =>
    a.modifiedAt === b.modifiedAt ? (a.name < b.name ? -1 : 1) : a.modifiedAt < b.modifiedAt ? -1 : 1,
  );
}

type Reading = {
  bytes: number;
  calls: number;
  deadlineMs: number;
  firstMs: number | undefined;
  lastMs: number | undefined;
  stopped: string | undefined;
  portions: { [name: string]: { marker: string; sizeBytes: number } };
};

/** Reads files portion by portion, oldest first; of what is larger than the budget the last lines. */
export async function readPortions(
  client: RDSClient,
  instance: string,
  start: LogStart,
  reader: KeptReader,
): Promise<LogReading> {
  const nowMs = reader.now();
  const sinceIso = 'since' in start ? start.since : start.after.at;
  const before = 'after' in start ? start.after.portions : undefined;
  const known = before ?? {};
  const listed = await listPortions(client, instance, Date.parse(sinceIso) - LOOK_BACK_MS);
  const planned =
    before !== undefined
      ? newIn(listed, known)
      : fitting(writtenSince(listed, sinceIso), Math.min(MOST_SINCE_BYTES, reader.budget.bytes));
  const reading: Reading = {
    bytes: 0,
    calls: 0,
    deadlineMs: nowMs + reader.budget.seconds * 1000,
    firstMs: undefined,
    lastMs: undefined,
    stopped: planned.left > 0 ? `of ${bytesText(planned.left)} more only the last lines were fetched` : undefined,
    portions: leftAlone(listed, planned.files, known),
  };
  let isWhole = true;
  for (const file of planned.files) {
    // oxlint-disable-next-line no-await-in-loop -- the instance itself answers
    isWhole = await readFile(client, instance, file, { reader, reading });
    if (!isWhole) break;
  }
  return resultOf({ sinceIso, nowMs, isWhole, fromTail: planned.left > 0 }, reading);
}

function resultOf(
  about: { sinceIso: string; nowMs: number; isWhole: boolean; fromTail: boolean },
  { bytes, firstMs, lastMs, stopped, portions }: Reading,
): LogReading {
  const { sinceIso, nowMs, isWhole, fromTail } = about;
  const from =
    fromTail && firstMs !== undefined && firstMs > Date.parse(sinceIso) ? new Date(firstMs).toISOString() : sinceIso;
  const untilMs = isWhole ? nowMs : (lastMs ?? Date.parse(sinceIso));
  const until = new Date(untilMs).toISOString();
  const position: LogPosition = { at: until, portions };
  const limited = from !== sinceIso || !isWhole;
  return { position, from, until, bytes, ...(limited && stopped !== undefined ? { why: stopped } : {}) };
}

/** Pure: the files that grew since, from where they were left; one that became shorter was begun anew. */
function newIn(listed: readonly Portioned[], known: NonNullable<LogPosition['portions']>): Planned {
  const files = listed.flatMap((file) => {
    const before = known[file.name];
    if (before === undefined || file.sizeBytes < before.sizeBytes) return [file];
    return file.sizeBytes > before.sizeBytes ? [{ ...file, marker: before.marker }] : [];
  });
  return { files, left: 0 };
}

type Planned = { files: Portioned[]; left: number };

/** Pure: what is read already, or older than what was asked for; whatever is still to be read is not in it. */
function leftAlone(
  listed: readonly Portioned[],
  planned: readonly Portioned[],
  known: NonNullable<LogPosition['portions']>,
): Reading['portions'] {
  const toRead = new Set(planned.map(({ name }) => name));
  const kept = listed.flatMap(({ name, sizeBytes }) => {
    const before = known[name];
    if (before) return [[name, before] as const];
    return toRead.has(name) ? [] : [[name, { marker: '0', sizeBytes }] as const];
  });
  return Object.fromEntries(kept);
}

/** Pure: the last file always, because only reading it tells the place from which the next reading goes on. */
function writtenSince(listed: readonly Portioned[], since: string): Portioned[] {
  return listed.filter(({ modifiedAt }, n) => modifiedAt >= since || n === listed.length - 1);
}

/** Pure: the newest files that fit, whole; of the newest one that does not the last lines, and nothing that is older. */
function fitting(listed: readonly Portioned[], mostBytes: number): Planned {
  let room = mostBytes;
  const files: Portioned[] = [];
  for (const [n, file] of listed.toReversed().entries()) {
    if (file.sizeBytes > room) {
      const older = listed.slice(0, listed.length - n);
      const left = older.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return { files: room >= PORTION_BYTES || n === 0 ? [{ ...file, marker: null }, ...files] : files, left };
    }
    room -= file.sizeBytes;
    files.unshift(file);
  }
  return { files, left: 0 };
}

type Work = { reader: KeptReader; reading: Reading };

/** False where the budget ended, or AWS gave no more. */
async function readFile(
  client: RDSClient,
  instance: string,
  file: Portioned,
  { reader, reading }: Work,
): Promise<boolean> {
  let marker = file.marker;
  for (;;) {
    if (isSpent(reader, reading)) {
      reading.stopped ??= 'more was written than one reading may fetch';
      return false;
    }
    try {
      // oxlint-disable-next-line no-await-in-loop -- each portion says where the next one begins
      const portion = await download(client, instance, file.name, marker, reading);
      handOver(portion.data, reader, reading);
      marker = portion.marker;
      // Of a file that was not read to its end all is new that is beyond the marker.
      reading.portions[file.name] = { marker, sizeBytes: portion.pending ? 0 : file.sizeBytes };
      if (!portion.pending || file.marker === null) return true;
    } catch (thrown) {
      if (reading.bytes === 0) throw thrown;
      const refusal = awsRefusal(thrown);
      reading.stopped = `AWS gave no more of it (${'silent' in refusal ? refusal.silent : 'refused'})`;
      return false;
    }
  }
}

function isSpent({ now, budget }: KeptReader, { bytes, calls, deadlineMs }: Reading): boolean {
  return bytes >= budget.bytes || calls >= MOST_CALLS || (calls > 0 && now() > deadlineMs);
}

/** One portion with whole lines: what was cut is asked for again with as many lines as were whole. A giant line stays cut, alone. */
async function download(
  client: RDSClient,
  instance: string,
  name: string,
  marker: string | null,
  reading: Reading,
): Promise<Portion> {
  const first = await ask(client, instance, name, marker, MOST_LINES, reading);
  if (marker === null || !first.data.includes(CUT)) return first;
  const wholeLines = first.data.toString('latin1').slice(0, first.data.indexOf(CUT)).split('\n').length - 1;
  return ask(client, instance, name, marker, Math.max(1, wholeLines), reading);
}

/** Without a marker RDS gives the last lines; the first call of a file that is read from its beginning names `0`. */
async function ask(
  client: RDSClient,
  DBInstanceIdentifier: string,
  LogFileName: string,
  Marker: string | null,
  NumberOfLines: number,
  reading: Reading,
): Promise<Portion> {
  reading.calls += 1;
  const asked = { DBInstanceIdentifier, LogFileName, NumberOfLines, ...(Marker === null ? {} : { Marker }) };
  const answer = await client.send(new DownloadDBLogFilePortionCommand(asked));
  return {
    data: Buffer.from(answer.LogFileData ?? ''),
    marker: answer.Marker ?? Marker ?? '0',
    pending: answer.AdditionalDataPending === true,
  };
}

function handOver(data: Buffer, reader: KeptReader, reading: Reading): void {
  if (data.length === 0) return;
  reading.firstMs ??= firstTimeIn(data, 0);
  reading.lastMs = lastTimeIn(data, 0) ?? reading.lastMs;
  reader.take(data);
  reading.bytes += data.length;
}
