import { readLogsWords } from '../../../src/cli/logs/arguments.ts';
import { logs } from '../../../src/cli/logs/logs.ts';
import type { LogsDocument } from '../../../src/logs/report/document.ts';
import { keptStreams } from '../fixture.ts';

const NOW_MS = Date.parse('2026-11-28T16:00:00Z');

/** Runs `nightshift logs` in this process with the words of a command line. */
export async function runLogs(
  words: readonly string[],
  stdin: readonly Uint8Array[] = [],
): Promise<{ code: number; out: string; err: string }> {
  const { streams, said } = keptStreams();
  const read = readLogsWords(words, NOW_MS);
  if ('problem' in read) return { code: 64, out: '', err: read.problem };
  const code = await logs(read, streams, chunksOf(stdin));
  return { code, ...said };
}

async function* chunksOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** The same as a document, as `--json` prints it. */
export async function documentOf(words: readonly string[], stdin?: readonly Uint8Array[]): Promise<LogsDocument> {
  return JSON.parse((await runLogs([...words, '--json'], stdin)).out) as LogsDocument;
}
