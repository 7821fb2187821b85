import { readCsv } from './csv.ts';
import { createDigester, type LogDigest, type LogTally } from './digest/digest.ts';
import { mergeDigests } from './digest/merge.ts';
import { readEntries, type EntryListener, type EntryReader, type ReadCounts } from './entries.ts';
import type { LogFormat } from './format.ts';
import { scannerOfReader } from './held.ts';
import { readJson } from './json.ts';
import { compilePrefix } from './prefix.ts';
import type { Scanner } from './scanner/scanner.ts';

/**
 * A digest, and how much of the log it is made of. `unmatched` are the first lines that begin no entry. The whole is made of plain
 * data and typed arrays, so a worker thread can send it.
 */
export type LogReport = { digest: LogDigest; tally: LogTally; counts: ReadCounts; unmatched: string[] };

/** Takes a log in chunks, of any size and cut anywhere. A chunk is of no more use to the reader when `push` has returned. */
export type LogReader = {
  push(chunk: Uint8Array): void;
  /** What the log told; the reader is of no more use. */
  end(): LogReport;
};

export function createLogReader(format: LogFormat): LogReader {
  const scanner = scannerOfReader();
  const digester = createDigester(scanner);
  const reader = readerOf(format, digester.listen, scanner);
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end();
      return { ...digester.result(), counts: reader.counts, unmatched: reader.unmatched.map(String) };
    },
  };
}

function readerOf(format: LogFormat, listener: EntryListener, scanner: Scanner): EntryReader {
  switch (format.format) {
    case 'stderr':
      return readEntries([compilePrefix(format.prefix), compilePrefix(format.prefix)], listener, scanner);
    case 'csv':
      return readCsv(listener, scanner);
    case 'json':
      return readJson(listener, scanner);
  }
}

/** Reads a whole log from its chunks. */
export async function readLog(chunks: AsyncIterable<Uint8Array>, format: LogFormat): Promise<LogReport> {
  const reader = createLogReader(format);
  for await (const chunk of chunks) reader.push(chunk);
  return reader.end();
}

const MOST_UNMATCHED = 20;

/** Two reports as the one of both logs: the order of the two does not count. */
export function mergeReports(a: LogReport, b: LogReport): LogReport {
  const counts = { ...a.counts };
  for (const name of Object.keys(counts) as (keyof ReadCounts)[]) counts[name] += b.counts[name];
  return { ...mergeDigests(a, b), counts, unmatched: [...a.unmatched, ...b.unmatched].slice(0, MOST_UNMATCHED) };
}
