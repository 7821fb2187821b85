import type { Clock } from '../clock.ts';

/** "Lambda uses this token to detect and handle duplicate requests within a 15-minute window" (CheckpointDurableExecution). */
const WINDOW_MS = 15 * 60_000;

/**
 * The answers of the last 15 minutes, by request: a client that lost an answer asks again with the same ClientToken and gets
 * the same one. They end with the process, as its invocations do.
 */
export function repeatedRequests<R>(clock: Clock) {
  const answers = new Map<string, { answer: R; untilMs: number }>();
  function forget(): void {
    for (const [key, { untilMs }] of answers) {
      if (untilMs > clock.now()) return;
      answers.delete(key);
    }
  }
  return {
    find: (key: string | undefined) => {
      forget();
      return key === undefined ? undefined : answers.get(key)?.answer;
    },
    keep(key: string | undefined, answer: R): void {
      if (key !== undefined) answers.set(key, { answer, untilMs: clock.now() + WINDOW_MS });
    },
  };
}
