import { openLogStream } from './chunks.ts';
import type { LeftOut } from './find-files.ts';
import { peekOf } from './peek.ts';
import { planFile, type Given, type PlannedTask } from './plan-reading.ts';
import { readOpenLog, type FileReading } from './read-file.ts';

/** The name under which standard input is reported. */
export const STREAM_NAME = 'standard input';

const LAST = Number.MAX_SAFE_INTEGER;
/** So much is held before the format must be known. */
const MOST_BYTES = 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Reads a log from a stream: its format is found out from its beginning, as with a file. */
export async function readLogStream(
  stream: AsyncIterable<Uint8Array>,
  given: Given,
  onBytes: (bytes: number) => void,
): Promise<{ task: PlannedTask; reading: FileReading } | LeftOut> {
  const log = openLogStream(stream);
  const rest = log.chunks[Symbol.asyncIterator]();
  const first = await beginning(rest);
  const planned = planFile({ path: STREAM_NAME, sizeBytes: 0, order: LAST }, peekOf(first), given, []);
  if ('why' in planned) return { ...planned, why: log.problem ?? planned.why, kind: 'fault' };
  const joined = {
    chunks: joinedChunks(first, rest),
    get readBytes() {
      return log.readBytes;
    },
    get problem() {
      return log.problem;
    },
  };
  return { task: planned, reading: await readOpenLog(planned, joined, onBytes) };
}

async function beginning(chunks: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; length < MOST_BYTES;) {
    const next = await chunks.next();
    if (next.done === true) break;
    parts.push(Buffer.from(next.value));
    length += next.value.length;
    if (length >= FIRST_BYTES && peekOf(Buffer.concat(parts)).format !== undefined) break;
  }
  return Buffer.concat(parts);
}

async function* joinedChunks(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
