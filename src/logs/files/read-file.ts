import { createLogReader, type LogReader, type LogReport } from '../read-log.ts';
import type { LogFormat } from '../format.ts';
import { openLogFile, type OpenLog, type Range } from './chunks.ts';
import { seekWindow } from './seek-window.ts';
import { watchStrayLines } from './stray-lines.ts';
import { createTimeGate } from './time-gate.ts';
import type { TimeWindow } from './time-window.ts';

/** A file that is to be read, and how. `order`: its place among the files, the oldest first. */
export type FileTask = {
  path: string;
  format: LogFormat;
  /** Whether somebody said the format, or the file's own lines did. */
  formatFrom: 'given' | 'found';
  window: TimeWindow;
  order: number;
};

/** What a file told. `problem`: what of it is not in the report, and why. */
export type FileReading = { task: FileTask; report: LogReport; readBytes: number; problem?: string };

/** Reads one file, of a window only the part that it can lie in. `onBytes` hears of the bytes that were read since it heard last. */
export async function readLogFile(task: FileTask, onBytes: (bytes: number) => void): Promise<FileReading> {
  const { path, format, window } = task;
  const range = isWhole(window) ? undefined : await seekWindow(path, format, window);
  return readOpenLog(task, openLogFile(path, range), onBytes, range);
}

/** The same of a log that is open already. */
export async function readOpenLog(
  task: FileTask,
  log: OpenLog,
  onBytes: (bytes: number) => void,
  range?: Range,
): Promise<FileReading> {
  const reader = createLogReader(task.format);
  const into = gated(task, reader, (range?.fromByte ?? 0) > 0);
  const strays = watchStrayLines(task.format);
  let toldBytes = 0;
  for await (const chunk of log.chunks) {
    strays.look(chunk);
    into.push(chunk);
    onBytes(log.readBytes - toldBytes);
    toldBytes = log.readBytes;
  }
  into.end();
  const report = reader.end();
  const problem = log.problem ?? strays.problem();
  return { task, report, readBytes: log.readBytes, ...(problem === undefined ? {} : { problem }) };
}

function isWhole({ since, until }: TimeWindow): boolean {
  return since === undefined && until === undefined;
}

function gated(
  { format, window }: FileTask,
  reader: LogReader,
  isMiddle: boolean,
): Pick<LogReader, 'push'> & { end(): void } {
  if (isWhole(window)) return { push: (chunk) => reader.push(chunk), end: () => {} };
  return createTimeGate(format, window, { isMiddle, pass: (bytes) => reader.push(bytes) });
}
