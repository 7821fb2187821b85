import { emptySpans, placeOf, type PrefixField } from './fields.ts';
import { carefulReading, type Matching, type Step } from './prefix-careful.ts';
import { KnownBeginnings } from './prefix-known.ts';
import { shortestReading, type PlainPiece, type ShortestReading } from './prefix-shortest.ts';
import { severityAt, type Severity } from './severity.ts';

export { PREFIX_FIELDS, type PrefixField } from './fields.ts';

/** A compiled log_line_prefix. It keeps what it found of the last matching line, so one reader owns one. */
export type Prefix = {
  readonly text: string;
  /** Start and end (exclusive) of each field of PREFIX_FIELDS, counted from the line's start; -1 where the line has none. */
  spans: Int32Array;
  /** The severity of the line that matched last. */
  severity: Severity;
  /** Lines of the same number say the same but for time, process and port; -1 for a line that was read anew. */
  known: number;
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
  spans: Int32Array;
  severity: Severity = 'LOG';
  known = -1;
  readonly #matching: Matching = { spans: emptySpans(), start: 0, attempts: 0 };
  readonly #careful: Step;
  readonly #shortest: ShortestReading | undefined;
  readonly #beginnings = new KnownBeginnings();
  /** Which bytes a line can begin with: most lines that continue an entry are told by it. */
  readonly #firsts: Uint8Array;

  constructor(text: string) {
    this.text = text;
    this.spans = this.#matching.spans;
    const pieces = piecesOf(text);
    this.#careful = carefulReading(pieces, this.#matching, (bytes, at, end) => this.#readSeverity(bytes, at, end));
    this.#shortest = shortestReading(pieces);
    this.#firsts = firstsOf(pieces[0]);
  }

  matchSoon(bytes: Uint8Array, start: number, limit: number): number {
    if (this.#firsts[bytes[start] as number] === 0) return -1;
    const found = this.#beginnings.find(bytes, start);
    if (found === undefined) return this.#matchShortest(bytes, start, limit);
    if (start + found.length > limit) return -1;
    this.spans = found.spans;
    this.severity = found.severity;
    this.known = found.id;
    return start + found.length;
  }

  match(bytes: Uint8Array, start: number, end: number): number {
    if (this.#firsts[bytes[start] as number] === 0) return -1;
    const message = this.matchSoon(bytes, start, end);
    if (message >= 0) return message;
    this.#anew();
    return this.#careful(bytes, start, end);
  }

  #matchShortest(bytes: Uint8Array, start: number, limit: number): number {
    const shortest = this.#shortest;
    if (shortest === undefined) return -1;
    this.#anew();
    const at = shortest.read(bytes, start, limit, this.spans);
    const message = at < 0 ? -1 : this.#readSeverity(bytes, at, limit);
    if (message >= 0) this.#beginnings.add(bytes, start, message, shortest.marks, this.spans, this.severity);
    return message;
  }

  #anew(): void {
    this.#matching.spans.fill(-1);
    this.spans = this.#matching.spans;
    this.known = -1;
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
