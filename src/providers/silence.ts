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
  let unread: NodeJS.Immediate | undefined;
  let reason: Fault | undefined;
  const end = (sentence: string) => {
    reason ??= new Fault('timed_out', sentence);
    cut();
  };
  const deadline = setTimeout(() => end(`the time for this target (${deadlineMs / 1000} s) is used up`), deadlineMs);
  deadline.unref();
  const still = () => {
    clearTimeout(quiet);
    clearImmediate(unread);
  };
  /** Where this process had to wait for the processor itself, the answer may be there already, and only be unread. */
  const afterReading = () => {
    unread = setImmediate(() => end(`the server stopped answering (silent for ${silenceMs / 1000} s)`));
  };
  const listen = () => {
    still();
    if (open === 0) return;
    quiet = setTimeout(afterReading, silenceMs);
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
      still();
      clearTimeout(deadline);
    },
  };
}
