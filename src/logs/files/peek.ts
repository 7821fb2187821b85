import { detectFormat, type LogFormat } from '../format.ts';
import { guessPrefix, matchedBy } from './guess-prefix.ts';
import { openLogFile } from './chunks.ts';

/** What the beginning of a file tells. */
export type Peek = {
  firstBytes: Uint8Array;
  format: LogFormat | undefined;
  firstTime: string | undefined;
  /** Why there are no bytes. */
  problem?: string | undefined;
};

/** So much is read until lines of a known format are seen: a file can begin in the middle of a long statement. */
const MOST_BYTES = 1024 * 1024;
const STEP_BYTES = 64 * 1024;

/** Looks at the beginning of a file, unpacked. */
export async function peekAt(path: string): Promise<Peek> {
  const parts: Buffer[] = [];
  let length = 0;
  const log = openLogFile(path, { fromByte: 0, toByte: MOST_BYTES });
  for await (const chunk of log.chunks) {
    parts.push(Buffer.from(chunk));
    length += chunk.length;
    if (length >= MOST_BYTES) break;
  }
  return { ...peekOf(Buffer.concat(parts)), problem: log.problem };
}

export function peekOf(bytes: Uint8Array): Peek {
  const firstBytes = bytes.subarray(0, MOST_BYTES);
  for (let at = 0; at < Math.max(1, firstBytes.length); at += STEP_BYTES) {
    const format = formatOf(firstBytes.subarray(at, at + STEP_BYTES));
    if (format) return { firstBytes, format, firstTime: firstTimeIn(firstBytes) };
  }
  return { firstBytes, format: undefined, firstTime: firstTimeIn(firstBytes) };
}

/** A prefix that is used elsewhere too, or one that is made from these lines when that begins more of them. */
function formatOf(bytes: Uint8Array): LogFormat | undefined {
  const found = detectFormat(bytes);
  if (found !== undefined && found.format !== 'stderr') return found;
  const lines = Buffer.from(bytes)
    .toString('latin1')
    .split('\n')
    .map((line) => Buffer.from(line, 'latin1'));
  const matched = found === undefined ? 0 : matchedBy(found.prefix, lines);
  const guess = guessPrefix(lines);
  return guess !== undefined && guess.matched > matched ? { format: 'stderr', prefix: guess.prefix } : found;
}

/** The first date and time that stands anywhere in it. */
function firstTimeIn(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, STEP_BYTES)).toString('latin1');
  const [found, epoch] = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|^(\d{10})\.\d{3} /m.exec(text) ?? [];
  if (epoch === undefined) return found;
  return new Date(Number(epoch) * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}
