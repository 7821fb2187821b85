import { emptySpans, placeOf, type PrefixField } from './fields.ts';
import { carefulReading, type Matching, type Step } from './prefix-careful.ts';
import { shortestReading, type Marks, type PlainPiece, type ShortestReading } from './prefix-shortest.ts';
import { severityAt, type Severity } from './severity.ts';

export { PREFIX_FIELDS, type PrefixField } from './fields.ts';

/** A compiled log_line_prefix. It keeps what it found of the last matching line, so one reader owns one. */
export type Prefix = {
  readonly text: string;
  /** Start and end (exclusive) of each field of PREFIX_FIELDS, counted from the line's start; -1 where the line has none. */
  readonly spans: Int32Array;
  /** The severity of the line that matched last. */
  severity: Severity;
  /** It is read anew: none of the known ones. */
  readonly known: -1;
  /** Where the line that matched last may differ from one that is read the same, unless it had to be read with care. */
  marks: Marks | undefined;
  /** Whether a line can begin with this byte: most lines that continue an entry are told by it. */
  canBegin(byte: number): boolean;
  /** Offset of the message after prefix and severity, or -1 when the line in `bytes` from `start` to `end` is not the first of an entry. */
  match(bytes: Uint8Array, start: number, end: number): number;
  /**
   * The same for nearly every line, without knowing where it ends: `limit` is where the known bytes end. -1 when `match` has to
   * decide.
   */
  matchSoon(bytes: Uint8Array, start: number, limit: number): number;
};

const FIELD_OF: Readonly<Record<string, PrefixField>> = {
  t: 'time',
  m: 'time',
  n: 'time',
  p: 'pid',
  u: 'user',
  d: 'database',
  a: 'application',
  r: 'host',
  h: 'host',
  c: 'session',
  Q: 'queryId',
  e: 'sqlState',
  b: 'backendType',
};

const ESCAPE = /%(-?\d+)?(.)|[^%]+/gsu;

/**
 * Compiles a log_line_prefix with every escape of PostgreSQL 18, padding and %q. An escape that PostgreSQL does not know
 * prints nothing, there as here. https://www.postgresql.org/docs/18/runtime-config-logging.html#GUC-LOG-LINE-PREFIX
 */
export function compilePrefix(text: string): Prefix {
  return new CompiledPrefix(text);
}

class CompiledPrefix implements Prefix {
  readonly text: string;
  readonly spans: Int32Array;
  severity: Severity = 'LOG';
  readonly known = -1;
  marks: Marks | undefined;
  readonly #matching: Matching = { spans: emptySpans(), start: 0, attempts: 0 };
  readonly #careful: Step;
  readonly #shortest: ShortestReading | undefined;
  readonly #firsts: Uint8Array;

  constructor(text: string) {
    this.text = text;
    this.spans = this.#matching.spans;
    const pieces = piecesOf(text);
    this.#careful = carefulReading(pieces, this.#matching, (bytes, at, end) => this.#readSeverity(bytes, at, end));
    this.#shortest = shortestReading(pieces);
    this.#firsts = firstsOf(pieces[0]);
  }

  canBegin(byte: number): boolean {
    return this.#firsts[byte] !== 0;
  }

  matchSoon(bytes: Uint8Array, start: number, limit: number): number {
    const shortest = this.#shortest;
    if (shortest === undefined || !this.canBegin(bytes[start] as number)) return -1;
    this.spans.fill(-1);
    this.marks = shortest.marks;
    const at = shortest.read(bytes, start, limit, this.spans);
    return at < 0 ? -1 : this.#readSeverity(bytes, at, limit);
  }

  match(bytes: Uint8Array, start: number, end: number): number {
    if (!this.canBegin(bytes[start] as number)) return -1;
    const message = this.matchSoon(bytes, start, end);
    if (message >= 0) return message;
    this.spans.fill(-1);
    this.marks = undefined;
    return this.#careful(bytes, start, end);
  }

  #readSeverity(bytes: Uint8Array, at: number, end: number): number {
    const found = severityAt(bytes, at, end);
    if (found === undefined) return -1;
    this.severity = found.severity;
    return at + found.length;
  }
}

/** 1 for each byte that a line can begin with. */
function firstsOf(piece: PlainPiece | undefined): Uint8Array {
  if (piece === undefined) return new Uint8Array(256).fill(1);
  if ('literal' in piece) return new Uint8Array(256).fill(1, piece.literal[0], (piece.literal[0] as number) + 1);
  const isTime = piece.width === 0 && (piece.escape === 't' || piece.escape === 'm');
  return isTime ? new Uint8Array(256).fill(1, 48, 58) : new Uint8Array(256).fill(1);
}

function piecesOf(text: string): PlainPiece[] {
  return [...text.matchAll(ESCAPE)].map(([found, width, escape]) => {
    if (escape === undefined) return { literal: Buffer.from(found) };
    if (escape === '%') return { literal: Buffer.from('%') };
    const field = FIELD_OF[escape];
    return { escape, width: Number(width ?? 0), place: field === undefined ? -1 : placeOf(field) };
  });
}
