import { Fault } from '../core/errors.ts';

/** Watches one connection for silence and for its deadline. */
export type Silence = {
  /** Runs one question; while any is open, silence is counted. */
  whileAsking<R>(ask: () => Promise<R>): Promise<R>;
  /** Why the connection was cut, if it was. */
  fault(): Fault | undefined;
  stop(): void;
};

/**
 * Cuts a connection on which nothing is answered for `silenceMs` while something is asked, or that is older than
 * `deadlineMs`. Questions that come later are refused at once: a server that hangs costs the wait one time, not once a question.
 */
export function watchSilence(silenceMs: number, deadlineMs: number, cut: () => void): Silence {
  let open = 0;
  let quiet: NodeJS.Timeout | undefined;
  let reason: Fault | undefined;
  const end = (sentence: string) => {
    reason ??= new Fault('timed_out', sentence);
    cut();
  };
  const deadline = setTimeout(() => end(`the time for this target (${deadlineMs / 1000} s) is used up`), deadlineMs);
  deadline.unref();
  const listen = () => {
    clearTimeout(quiet);
    if (open === 0) return;
    quiet = setTimeout(() => end(`the server stopped answering (silent for ${silenceMs / 1000} s)`), silenceMs);
  };
  return {
    async whileAsking(ask) {
      if (reason) throw reason;
      open += 1;
      if (open === 1) listen();
      try {
        return await ask();
      } finally {
        open -= 1;
        listen();
      }
    },
    fault: () => reason,
    stop() {
      clearTimeout(quiet);
      clearTimeout(deadline);
    },
  };
}
