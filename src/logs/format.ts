import { suggestPrefix } from './prefix-suggestion.ts';

/** How a log is written: log_destination, and for stderr the server's log_line_prefix. */
export type LogFormat = { format: 'stderr'; prefix: string } | { format: 'csv' } | { format: 'json' };

/** Enough of a log to tell its format by. */
export const DETECTED_BYTES = 64 * 1024;
const CSV_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [\w+-]+,/;

/**
 * The format that most of these lines are of, undefined when no line is of any. `firstBytes` may begin in the middle of an entry
 * and end in the middle of a line.
 */
export function detectFormat(firstBytes: Uint8Array): LogFormat | undefined {
  const lines = linesOf(firstBytes);
  const texts = lines.map((line) => Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, 60)).toString());
  const suggestion = suggestPrefix(lines);
  const found: readonly [LogFormat, matched: number][] = [
    [{ format: 'csv' }, texts.filter((text) => CSV_TIME.test(text)).length],
    [{ format: 'json' }, texts.filter((text) => text.startsWith('{"')).length],
    [{ format: 'stderr', prefix: suggestion?.prefix ?? '' }, suggestion?.matched ?? 0],
  ];
  const [best, matched] = found.reduce((a, b) => (b[1] > a[1] ? b : a));
  return matched > 0 ? best : undefined;
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const seen = bytes.subarray(0, DETECTED_BYTES);
  const lines: Uint8Array[] = [];
  for (let start = 0, stop = 0; start < seen.length; start = stop + 1) {
    stop = seen.indexOf(10, start);
    if (stop < 0) stop = seen.length;
    lines.push(seen.subarray(start, stop));
  }
  return lines;
}
