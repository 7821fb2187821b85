import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { bytesText } from '../../core/amount.ts';
import { Fault } from '../../core/errors.ts';
import { findLogFiles, type LeftOut } from '../../logs/files/find-files.ts';
import { planReading, type PlannedTask } from '../../logs/files/plan-reading.ts';
import { readLogFiles } from '../../logs/files/read-files.ts';
import { readLogStream } from '../../logs/files/read-stream.ts';
import type { LogsDocument } from '../../logs/report/document.ts';
import { hideNames } from '../../logs/report/hide-names.ts';
import { createDocumentMaker } from '../../logs/report/make-document.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { Streams } from '../ports.ts';
import type { LogsWords } from './arguments.ts';
import { plain } from '../style.ts';
import { renderLogsHtml } from './html/page.ts';
import { renderLogsJson } from './json.ts';
import { startProgressBar } from './progress-bar.ts';
import { renderLogsText } from './text/report.ts';

/** Reads logs and writes the report. Exit code 1: something could not be read, 3: nothing could. */
export async function logs(
  words: LogsWords,
  streams: Streams,
  stdin: AsyncIterable<Uint8Array> = process.stdin,
): Promise<ExitCode> {
  const read = await readAll(words, streams, stdin);
  const document = words.names === 'hidden' ? hideNames(read) : read;
  if (document.read.entries === 0) return nothingRead(document, streams);
  await write(document, words, streams);
  return document.read.complete ? exitCodes.ok : exitCodes.warning;
}

async function write(document: LogsDocument, { output, top }: LogsWords, streams: Streams): Promise<void> {
  if (output.kind === 'text') return streams.out(renderLogsText(document, { ...streams, top }));
  const text = output.kind === 'json' ? renderLogsJson(document) : renderLogsHtml(document);
  if (output.file === undefined) return streams.out(text);
  try {
    await writeFile(output.file, text);
  } catch (thrown) {
    throw new Fault('invalid_request', `${output.file} cannot be written: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
  streams.err(`${plain(output.file)} is written (${bytesText(Buffer.byteLength(text))}).\n`);
}

/** All that the words name as one document. */
async function readAll(words: LogsWords, streams: Streams, stdin: AsyncIterable<Uint8Array>): Promise<LogsDocument> {
  const startMs = performance.now();
  const found = await findLogFiles(words.files);
  const plan = await planReading(found.files, words);
  const maker = createDocumentMaker();
  const bar = startProgressBar(totalBytes(plan.tasks), streams);
  const leftOut: LeftOut[] = [...found.leftOut, ...plan.leftOut];
  await readLogFiles(plan.tasks, words.jobs ?? availableParallelism(), { bytes: bar.bytes, reading: maker.add });
  if (words.files.includes('-')) {
    const read = await readLogStream(stdin, words, bar.bytes);
    if ('reading' in read) maker.add(read.reading);
    else leftOut.push(read);
  }
  bar.end();
  const seconds = Math.round(performance.now() - startMs) / 1_000;
  return maker.document({ seconds, leftOut, ...askedWindow(words) });
}

function totalBytes(tasks: readonly PlannedTask[]): number {
  return tasks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function askedWindow({ since, until }: LogsWords): { since: string | null; until: string | null } {
  const text = (bound: LogsWords['since']): string | null => {
    if (bound === undefined) return null;
    return 'wall' in bound ? bound.wall : new Date(bound.atMs).toISOString();
  };
  return { since: text(since), until: text(until) };
}

function nothingRead({ read, period }: LogsDocument, streams: Streams): ExitCode {
  const window = [period.since && `since ${period.since}`, period.until && `before ${period.until}`].filter(Boolean);
  const empty = window.length === 0 ? 'no entry is in it' : `no entry in it is of the time ${window.join(' and ')}`;
  const reasons = read.files.map(({ name, problem }) => `${name}: ${problem ?? empty}`);
  const left = read.leftOut.map(({ name, why }) => `${name}: ${why}`);
  streams.err(`Nothing was read.\n${[...reasons, ...left].map((reason) => `  ${plain(reason)}\n`).join('')}`);
  return exitCodes.couldNotLook;
}
