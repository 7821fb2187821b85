import { availableParallelism } from 'node:os';
import { findLogFiles } from '../../logs/files/find-files.ts';
import { planReading, type ReadingPlan } from '../../logs/files/plan-reading.ts';
import { readLogFiles } from '../../logs/files/read-files.ts';
import type { LogsDocument } from '../../logs/report/document.ts';
import { createDocumentMaker } from '../../logs/report/make-document.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import type { Streams } from '../ports.ts';
import type { LogsWords } from './arguments.ts';
import { startProgressBar } from './progress-bar.ts';
import { renderLogsText } from './text/report.ts';

/** Reads logs and writes the report. Exit code 1: something could not be read, 3: nothing could. */
export async function logs(words: LogsWords, streams: Streams): Promise<ExitCode> {
  const found = await findLogFiles(words.files);
  const plan = await planReading(found.files, words);
  const document = await readAll(words, { ...plan, leftOut: [...found.leftOut, ...plan.leftOut] }, streams);
  if (document.read.entries === 0) return nothingRead(document, streams);
  streams.out(renderLogsText(document, { ...streams, top: words.top }));
  return document.read.complete ? exitCodes.ok : exitCodes.warning;
}

async function readAll(words: LogsWords, plan: ReadingPlan, streams: Streams): Promise<LogsDocument> {
  const maker = createDocumentMaker(plan.tasks);
  const bar = startProgressBar(
    plan.tasks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    streams,
  );
  const startMs = performance.now();
  await readLogFiles(plan.tasks, words.jobs ?? availableParallelism(), { bytes: bar.bytes, reading: maker.add });
  bar.end();
  const seconds = Math.round(performance.now() - startMs) / 1_000;
  return maker.document({ seconds, leftOut: plan.leftOut, since: null, until: null });
}

function nothingRead({ read }: LogsDocument, streams: Streams): ExitCode {
  const reasons = read.files.map(({ name, problem }) => `${name}: ${problem ?? 'no entry is in it'}`);
  streams.err(`Nothing could be read.\n${reasons.map((reason) => `  ${reason}\n`).join('')}`);
  return exitCodes.couldNotLook;
}
