import { compilePrefix, type Prefix } from '../prefix.ts';
import type { LogFormat } from '../format.ts';
import { guessPrefix } from './guess-prefix.ts';

/**
 * Looks at samples of a log for lines that begin an entry with another prefix: the reader takes them for the rest of the entry before
 * them. A server whose log_line_prefix was changed writes such files.
 */
export type StrayLines = { look(chunk: Uint8Array): void; problem(): string | undefined };

const EVERY_BYTES = 8 * 1024 * 1024;
const LOOK_BYTES = 256 * 1024;
const KEPT_LINES = 50;
/** Statements can quote a line of a log, so a few mean nothing. */
const LEAST_SHARE = 0.005;
const BEGINS_ENTRY =
  /^\W{0,3}(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{10}\.\d{3}\b).{0,300}?(?:LOG|ERROR|FATAL|STATEMENT|DETAIL|WARNING): {2}/;

export function watchStrayLines(format: LogFormat): StrayLines {
  if (format.format !== 'stderr') return { look: () => {}, problem: () => undefined };
  const prefix = compilePrefix(format.prefix);
  const stray: Buffer[] = [];
  const counts = { fitting: 0, stray: 0 };
  let untilLook = 0;
  return {
    look(chunk) {
      untilLook -= chunk.length;
      if (untilLook > 0) return;
      untilLook = EVERY_BYTES;
      for (const line of wholeLines(chunk.subarray(0, LOOK_BYTES))) {
        if (fits(prefix, line)) counts.fitting++;
        else if (BEGINS_ENTRY.test(line.toString('latin1', 0, 400))) {
          counts.stray++;
          if (stray.length < KEPT_LINES) stray.push(Buffer.from(line));
        }
      }
    },
    problem() {
      const share = counts.stray / Math.max(1, counts.fitting + counts.stray);
      if (counts.fitting === 0 || share < LEAST_SHARE) return undefined;
      const guess = guessPrefix(stray);
      const hint = guess === undefined ? '' : `; it seems to be --prefix '${guess.prefix}'`;
      return `about ${Math.max(1, Math.round(share * 100))} % of its entries begin with another prefix${hint}`;
    },
  };
}

function fits(prefix: Prefix, line: Uint8Array): boolean {
  return prefix.match(line, 0, line.length) >= 0;
}

/** The lines of a piece without the first and the last one, which may be cut. */
function wholeLines(piece: Uint8Array): Buffer[] {
  const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
  const lines: Buffer[] = [];
  for (let start = bytes.indexOf(10) + 1; start > 0;) {
    const stop = bytes.indexOf(10, start);
    if (stop < 0) break;
    lines.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return lines;
}
