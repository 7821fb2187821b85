import { createLogReader, type LogReport } from '../read-log.ts';
import type { LogFormat } from '../format.ts';
import { openLogFile, type OpenLog } from './chunks.ts';

/** A file that is to be read, and how. */
export type FileTask = { path: string; format: LogFormat };

/** What a file told. `problem` ended the reading early; what is reported was read before. */
export type FileReading = { task: FileTask; report: LogReport; readBytes: number; problem?: string };

/** Reads one file. `onBytes` hears of the bytes that were read since it heard last. */
export async function readLogFile(task: FileTask, onBytes: (bytes: number) => void): Promise<FileReading> {
  return readOpenLog(task, openLogFile(task.path), onBytes);
}

/** The same of a log that is open already. */
export async function readOpenLog(
  task: FileTask,
  log: OpenLog,
  onBytes: (bytes: number) => void,
): Promise<FileReading> {
  const reader = createLogReader(task.format);
  let toldBytes = 0;
  for await (const chunk of log.chunks) {
    reader.push(chunk);
    onBytes(log.readBytes - toldBytes);
    toldBytes = log.readBytes;
  }
  const report = reader.end();
  return { task, report, readBytes: log.readBytes, ...(log.problem === undefined ? {} : { problem: log.problem }) };
}
