import { Worker } from 'node:worker_threads';
import { readLogFile, type FileReading, type FileTask } from './read-file.ts';
import type { WorkerSays } from './read-worker.ts';

/** Hears of bytes as they are read, and of each file when it is read: in no certain order. */
export type ReadListener = { bytes(count: number): void; reading(reading: FileReading): void };

/** Reads files, `jobs` at a time in threads of their own; with one file or one job in this thread. */
export async function readLogFiles(tasks: readonly FileTask[], jobs: number, listener: ReadListener): Promise<void> {
  const threads = Math.min(jobs, tasks.length);
  if (threads <= 1) {
    for (const task of tasks) listener.reading(await readLogFile(task, listener.bytes));
    return;
  }
  const waiting = [...tasks];
  await Promise.all(Array.from({ length: threads }, () => serve(waiting, listener)));
}

/** One thread takes one task after the other. */
async function serve(waiting: FileTask[], listener: ReadListener): Promise<void> {
  const worker = new Worker(new URL('./read-worker.ts', import.meta.url));
  try {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      listener.reading(await readIn(worker, task, listener));
  } finally {
    await worker.terminate();
  }
}

function readIn(worker: Worker, task: FileTask, listener: ReadListener): Promise<FileReading> {
  const { promise, resolve, reject } = Promise.withResolvers<FileReading>();
  const hear = (words: WorkerSays): void => {
    if ('bytes' in words) listener.bytes(words.bytes);
    else if ('reading' in words) resolve(words.reading);
    else reject(new Error(words.fault));
  };
  worker.on('message', hear);
  worker.once('error', reject);
  worker.postMessage(task);
  return promise.finally(() => {
    worker.off('message', hear);
    worker.off('error', reject);
  });
}
