import { parentPort } from 'node:worker_threads';
import { readLogFile, type FileReading, type FileTask } from './read-file.ts';

/** What a thread says: how far it is, then what it read, or what broke. */
export type WorkerSays = { bytes: number } | { reading: FileReading } | { fault: string };

const TELL_MS = 100;

const port = parentPort;
port?.on('message', (task: FileTask) => {
  let untold = 0;
  let toldMs = 0;
  const say = (words: WorkerSays): void => port.postMessage(words);
  const onBytes = (bytes: number): void => {
    untold += bytes;
    if (performance.now() - toldMs < TELL_MS) return;
    say({ bytes: untold });
    untold = 0;
    toldMs = performance.now();
  };
  readLogFile(task, onBytes).then(
    (reading) => say({ reading }),
    (thrown: unknown) => say({ fault: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
});
