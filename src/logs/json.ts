import type { EntryListener, EntryReader, ReadCounts } from './entries.ts';
import { emptySpans, placeOf, type PrefixField } from './fields.ts';
import { HeldBytes, inPieces, KEPT_UNMATCHED, LONGEST_ENTRY, scannerOfReader } from './held.ts';
import type { Scanner } from './scanner/scanner.ts';
import { endOfText, unescape } from './json-text.ts';
import { severityOf, type Severity } from './severity.ts';

/** The keys that are used. https://www.postgresql.org/docs/18/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG */
const FIELD_OF: Readonly<Record<string, PrefixField>> = {
  timestamp: 'time',
  user: 'user',
  dbname: 'database',
  pid: 'pid',
  remote_host: 'host',
  session_id: 'session',
  state_code: 'sqlState',
  statement: 'statement',
  application_name: 'application',
  backend_type: 'backendType',
  query_id: 'queryId',
};
const QUOTE = 34;
const SEVERITY = -1;
const MESSAGE = -2;
const KEYS = [
  ...Object.entries(FIELD_OF).map(([key, field]) => ({ key: Buffer.from(key), place: placeOf(field) })),
  { key: Buffer.from('error_severity'), place: SEVERITY },
  { key: Buffer.from('message'), place: MESSAGE },
];
/** By length and first byte; there are no two of the same. */
const KEY_AT = new Map(KEYS.map((one) => [one.key.length * 256 + (one.key[0] as number), one]));

/** Reads jsonlog: an object in each line. A line that is none is left out and counted. */
export function readJson(listener: EntryListener, scanner = scannerOfReader()): EntryReader {
  return new JsonReader(listener, scanner);
}

class JsonReader implements EntryReader {
  readonly counts: ReadCounts = { bytes: 0, lines: 0, entries: 0, cutEntries: 0, unmatchedLines: 0 };
  readonly unmatched: Buffer[] = [];
  readonly #listener: EntryListener;
  readonly #held: HeldBytes;
  readonly #fields = { spans: emptySpans(), severity: 'LOG' as Severity, known: -1 };
  /** So far the held bytes have no newline. */
  #searched: number;
  #isCut = false;
  #message = -1;
  #messageEnd = -1;

  constructor(listener: EntryListener, scanner: Scanner) {
    this.#listener = listener;
    this.#held = new HeldBytes(scanner);
    this.#searched = this.#held.start;
  }

  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    inPieces(chunk, (piece) => {
      this.#searched -= this.#held.add(piece);
      this.#scan();
    });
  }

  end(): void {
    if (this.#held.start < this.#held.end || this.#isCut) this.#line(this.#held.end);
  }

  #scan(): void {
    const held = this.#held;
    for (;;) {
      const newline = held.newlineFrom(this.#searched);
      if (newline < 0) break;
      this.#line(newline);
      held.start = newline + 1;
      this.#searched = held.start;
    }
    this.#searched = held.end;
    if (held.end - held.start <= LONGEST_ENTRY) return;
    this.#isCut = true;
    held.start = held.end;
  }

  #line(end: number): void {
    const { bytes, start } = this.#held;
    this.counts.lines++;
    if (this.#isCut) {
      this.counts.cutEntries++;
      this.#isCut = false;
    } else if (this.#object(bytes, start, end) && this.#message >= 0) {
      this.counts.entries++;
      this.#listener(bytes, start, this.#message, this.#messageEnd, this.#fields);
    } else if (end > start) {
      this.counts.unmatchedLines++;
      if (this.unmatched.length < KEPT_UNMATCHED)
        this.unmatched.push(Buffer.from(bytes.subarray(start, Math.min(end, start + 2_048))));
    }
  }

  /** Reads `{"key":"text","key":1}`; false when the line is something else. */
  #object(bytes: Buffer, start: number, end: number): boolean {
    this.#fields.spans.fill(-1);
    this.#fields.severity = 'foreign';
    this.#message = -1;
    if (bytes[start] !== 123) return false;
    let at = start + 1;
    while (at < end && bytes[at] === QUOTE) {
      at = this.#member(bytes, start, at + 1, end);
      if (at < 0) return false;
      if (bytes[at] === 125) return true;
      if (bytes[at++] !== 44) return false;
    }
    return false;
  }

  /** Reads `key":"text"` or `key":1` and gives the offset after it, or -1. */
  #member(bytes: Buffer, start: number, at: number, end: number): number {
    const keyEnd = endOfText(bytes, at, end);
    if (keyEnd < 0 || bytes[keyEnd + 1] !== 58) return -1;
    const isText = bytes[keyEnd + 2] === QUOTE;
    const from = isText ? keyEnd + 3 : keyEnd + 2;
    const to = isText ? endOfText(bytes, from, end) : endOfNumber(bytes, from, end);
    if (to < 0) return -1;
    const place = placeOfKey(bytes, at, keyEnd);
    if (place !== undefined) this.#keep(place, bytes, start, from, to);
    return isText ? to + 1 : to;
  }

  #keep(place: number, bytes: Buffer, start: number, from: number, to: number): void {
    if (place === SEVERITY) this.#fields.severity = severityOf(bytes, from, to);
    else if (place === MESSAGE) {
      this.#message = from;
      this.#messageEnd = unescape(bytes, from, to);
    } else {
      this.#fields.spans[place] = from - start;
      this.#fields.spans[place + 1] = unescape(bytes, from, to) - start;
    }
  }
}

function placeOfKey(bytes: Buffer, start: number, end: number): number | undefined {
  const found = KEY_AT.get((end - start) * 256 + (bytes[start] as number));
  if (found === undefined) return undefined;
  for (let i = 0; i < found.key.length; i++) if (found.key[i] !== bytes[start + i]) return undefined;
  return found.place;
}

function endOfNumber(bytes: Buffer, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] !== 44 && bytes[stop] !== 125) stop++;
  return stop > at ? stop : -1;
}
