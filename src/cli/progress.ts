/** Says on stderr what is being waited for, once it takes longer than a second. */
export type Progress = { step(sentence: string): void; stop(): void };

const QUIET_MS = 1_000;

/** Steps of the first second are kept back: only the latest is said when it is over. */
export function startProgress(say: (line: string) => void): Progress {
  let latest = 'working';
  let loud = false;
  const timer = setTimeout(() => {
    loud = true;
    say(`… ${latest}\n`);
  }, QUIET_MS);
  return {
    step(sentence) {
      latest = sentence;
      if (loud) say(`… ${latest}\n`);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
