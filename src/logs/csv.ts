import { CsvRecord, INVALID, UNFINISHED } from './csv-record.ts';
import type { EntryListener, EntryReader, ReadCounts } from './entries.ts';
import { emptySpans, placeOf, type PrefixField } from './fields.ts';
import { HeldBytes, inPieces, KEPT_UNMATCHED, LONGEST_ENTRY, scannerOfReader } from './held.ts';
import type { Scanner } from './scanner/scanner.ts';
import { severityOf, type Severity } from './severity.ts';

const COLUMN_OF: readonly (readonly [PrefixField, column: number])[] = [
  ['time', 0],
  ['user', 1],
  ['database', 2],
  ['pid', 3],
  ['host', 4],
  ['session', 5],
  ['sqlState', 12],
  ['statement', 19],
  ['application', 22],
  ['backendType', 23],
  ['queryId', 25],
];
const SEVERITY = 11;
const MESSAGE = 13;
/** The columns whose texts are used, each with the place of its span. */
const SPANS = Int32Array.from(COLUMN_OF.flatMap(([field, column]) => [column, placeOf(field)]));

/** Reads csvlog: a record can go over several lines. What is no record is left out up to the next line that begins with a time. */
export function readCsv(listener: EntryListener, scanner = scannerOfReader()): EntryReader {
  return new CsvReader(listener, scanner);
}

class CsvReader implements EntryReader {
  readonly counts: ReadCounts = { bytes: 0, lines: 0, entries: 0, cutEntries: 0, unmatchedLines: 0 };
  readonly unmatched: Buffer[] = [];
  readonly #listener: EntryListener;
  readonly #held: HeldBytes;
  readonly #record = new CsvRecord();
  readonly #fields = { spans: emptySpans(), severity: 'LOG' as Severity, known: -1 };
  /** So many bytes have to be held before the record is tried again: a long one in short chunks is not read again and again. */
  #worthwhile = 0;

  constructor(listener: EntryListener, scanner: Scanner) {
    this.#listener = listener;
    this.#held = new HeldBytes(scanner);
  }

  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    inPieces(chunk, (piece) => {
      this.#held.add(piece);
      if (this.#held.end - this.#held.start >= this.#worthwhile) this.#scan();
    });
  }

  end(): void {
    const { bytes, end, start } = this.#held;
    if (end > start && bytes[end - 1] !== 10) this.#held.add(Buffer.from('\n'));
    this.#scan();
    while (this.#held.start < this.#held.end && this.#skip()) this.#scan();
  }

  #scan(): void {
    const held = this.#held;
    while (held.start < held.end) {
      const next = beginsWithTime(held.bytes, held.start) ? this.#record.read(held) : INVALID;
      const isLong = held.end - held.start > LONGEST_ENTRY;
      if (next > 0) this.#emit(next);
      else if (next === UNFINISHED) {
        if (isLong) this.#drop();
        break;
      } else if (!this.#skip()) break;
    }
    this.#worthwhile = Math.min((held.end - held.start) * 1.5, LONGEST_ENTRY + 1);
  }

  /** Leaves one line out; false when its end is not there yet. */
  #skip(): boolean {
    const held = this.#held;
    const newline = held.newlineFrom(held.start);
    if (newline < 0) {
      if (held.end - held.start > LONGEST_ENTRY) this.#drop();
      return false;
    }
    this.counts.lines++;
    this.counts.unmatchedLines++;
    if (this.unmatched.length < KEPT_UNMATCHED)
      this.unmatched.push(Buffer.from(held.bytes.subarray(held.start, Math.min(newline, held.start + 2_048))));
    held.start = newline + 1;
    return true;
  }

  /** Leaves out all that is held; what comes next is no record until a line begins with a time. */
  #drop(): void {
    this.counts.cutEntries++;
    this.#held.start = this.#held.end;
  }

  #emit(next: number): void {
    const held = this.#held;
    const { bytes, start } = held;
    const { places } = this.#record;
    const { spans } = this.#fields;
    for (let i = 0; i < SPANS.length; i += 2) {
      const column = SPANS[i] as number;
      const place = SPANS[i + 1] as number;
      const isThere = column < this.#record.columns;
      if (isThere) this.#record.unquote(bytes, column);
      const [from, to] = [places[column * 2] as number, places[column * 2 + 1] as number];
      spans[place] = isThere && to > from ? from - start : -1;
      spans[place + 1] = isThere && to > from ? to - start : -1;
    }
    this.#record.unquote(bytes, MESSAGE);
    this.#fields.severity = severityOf(bytes, places[SEVERITY * 2] as number, places[SEVERITY * 2 + 1] as number);
    this.counts.lines += this.#record.lines;
    this.counts.entries++;
    this.#listener(bytes, start, places[MESSAGE * 2] as number, places[MESSAGE * 2 + 1] as number, this.#fields);
    held.start = next;
  }
}

/** `2026-11-28 15:03:20.123 `: a cheap look, for the record itself is read with care. */
function beginsWithTime(bytes: Buffer, at: number): boolean {
  return bytes[at + 4] === 45 && bytes[at + 7] === 45 && bytes[at + 10] === 32 && bytes[at + 19] === 46;
}
