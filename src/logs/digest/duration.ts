import { viewOf } from '../view.ts';

const START = Buffer.from('duration: ');
const STATEMENT = 'statement: ';
const EXECUTE = 'execute ';
const DURA = START.readInt32BE(0);
const TION = START.readInt32BE(4);
const COLON = START.readInt16BE(8);

/** Reads messages like `duration: 1.5 ms  statement: select 1`; what it found last stays in it until the next one is read. */
export type DurationReader = {
  durationMs: number;
  /**
   * What took the time: a statement that was run, the parse or bind step of one, a plan of auto_explain, or a duration alone.
   * undefined: the message is about something else.
   */
  read(bytes: Uint8Array, at: number, end: number): 'run' | 'preparation' | 'plan' | 'alone' | undefined;
  /** Where the statement begins, after `run`. */
  statement: number;
};

/** https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT */
export function createDurationReader(): DurationReader {
  const reader: DurationReader = {
    durationMs: 0,
    statement: 0,
    read(bytes, at, end) {
      if (at + START.length > end) return undefined;
      const view = viewOf(bytes);
      if (view.getInt32(at) !== DURA || view.getInt32(at + 4) !== TION || view.getInt16(at + 8) !== COLON)
        return undefined;
      const stop = readMs(reader, bytes, at + START.length, end);
      return kindAt(reader, bytes, stop + 5, end);
    },
  };
  return reader;
}

function readMs(reader: DurationReader, bytes: Uint8Array, at: number, end: number): number {
  let value = 0;
  let scale = 0;
  let i = at;
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === 46 && scale === 0) scale = 1;
    else if (byte >= 48 && byte <= 57) {
      value = value * 10 + byte - 48;
      scale *= 10;
    } else break;
  }
  reader.durationMs = scale > 1 ? value / scale : value;
  return i;
}

/** After ` ms  ` stands the word that says what it was, then `: ` or a name and `: `. */
function kindAt(
  reader: DurationReader,
  bytes: Uint8Array,
  at: number,
  end: number,
): ReturnType<DurationReader['read']> {
  if (at >= end) return 'alone';
  const first = bytes[at];
  if (first === 112 && bytes[at + 1] === 108) return 'plan';
  if (first === 112 || first === 98) return 'preparation';
  if (first !== 115 && first !== 101) return 'alone';
  if (first === 115) {
    reader.statement = Math.min(end, at + STATEMENT.length);
    return 'run';
  }
  let colon = at + EXECUTE.length;
  while (colon < end && (bytes[colon] !== 58 || bytes[colon + 1] !== 32)) colon++;
  reader.statement = Math.min(end, colon + 2);
  return 'run';
}
