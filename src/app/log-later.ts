import type { Mask } from '../core/mask.ts';
import type { Log } from './logger.ts';

/**
 * A log whose writer is loaded for its first line. `written` resolves when every line so far is out: on Lambda nothing goes on
 * after the answer.
 */
export type LaterLog = { log: Log; written(): Promise<void> };

/** For the function for which somebody waits: a good day writes no line. */
export function logLater(service: string, mask: Mask): LaterLog {
  let opened: Promise<Log> | undefined;
  let last: Promise<void> = Promise.resolve();
  return {
    log(level, message, detail) {
      opened ??= import('./logger.ts').then(({ createLog }) => createLog(service, mask));
      last = opened.then((log) => log(level, message, detail));
    },
    written: () => last,
  };
}
