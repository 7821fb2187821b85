import type { PostgresMember } from '../../targets/postgres.ts';
import { readPart, type ServerLog } from './listing.ts';
import type { Part } from './parts.ts';
import { firstTimeIn, lastTimeIn } from './time-in.ts';

/** Whose log is read, and who is handed the bytes. */
export type Reader = { member: PostgresMember; about: ServerLog; now: () => number; take: (chunk: Uint8Array) => void };

/** What came of it: where each file was left, and the times of the first and the last line in ms since 1970. */
export type PartsRead = {
  ends: Map<string, number>;
  bytes: number;
  /** Bytes that the budget had no room for. */
  left: number;
  firstMs: number | undefined;
  lastMs: number | undefined;
};

type Limit = { bytes: number; deadlineMs: number };

/** One call of the server reads so much. */
const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** Hands out the lines of the parts, oldest first, as far as the budget goes; a line that is still being written stays for later. */
export async function readParts(reader: Reader, parts: readonly Part[], limit: Limit): Promise<PartsRead> {
  const read: PartsRead = { ends: new Map(), bytes: 0, left: 0, firstMs: undefined, lastMs: undefined };
  for (const part of parts) {
    // oxlint-disable-next-line no-await-in-loop -- one connection, one part at a time
    read.ends.set(part.name, await readOne(reader, part, { read, limit, isWritten: part === parts.at(-1) }));
    if (isSpent(reader, read, limit)) break;
  }
  read.left = parts.reduce((sum, { name, from, to }) => sum + to - (read.ends.get(name) ?? from), 0);
  return isSpent(reader, read, limit) && read.left > 0 ? read : { ...read, left: 0 };
}

type Progress = { read: PartsRead; limit: Limit; isWritten: boolean };

/** Where the file was left. */
async function readOne(reader: Reader, { name, from, to }: Part, progress: Progress): Promise<number> {
  const { member, about, take } = reader;
  const { read, limit, isWritten } = progress;
  let at = from;
  while (at < to && !isSpent(reader, read, limit)) {
    const wanted = Math.min(CHUNK_BYTES, to - at, limit.bytes - read.bytes);
    // oxlint-disable-next-line no-await-in-loop -- one connection, one part at a time
    const bytes = await readPart(member, about, name, at, wanted);
    const chunk = wholeLines(bytes, isWritten && at + bytes.length >= to);
    if (chunk.length === 0) break;
    read.firstMs ??= firstTimeIn(chunk, about.utcOffsetSeconds);
    read.lastMs = lastTimeIn(chunk, about.utcOffsetSeconds) ?? read.lastMs;
    take(chunk);
    at += chunk.length;
    read.bytes += chunk.length;
    if (at >= to && chunk.at(-1) !== NEWLINE) take(Buffer.of(NEWLINE));
  }
  return at;
}

/** At least one part is read, however late it is. */
function isSpent({ now }: Reader, { bytes }: PartsRead, limit: Limit): boolean {
  return bytes >= limit.bytes || (bytes > 0 && now() > limit.deadlineMs);
}

/** Up to the last end of a line; all of it where a line is longer, unless the server is still writing it. */
function wholeLines(bytes: Buffer, isWritten: boolean): Buffer {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  return end > 0 ? bytes.subarray(0, end) : isWritten ? bytes.subarray(0, 0) : bytes;
}
