import type { Phase } from '../../targets/switchover.ts';

/** Measures the parts of a switchover, one after the other. */
export type Stopwatch = {
  /** Ends the part before, and begins this one. */
  begin(name: string): void;
  /** What was measured up to now; the part that runs is counted up to this moment. */
  phases(): readonly Phase[];
};

export function startStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const begun: { name: string; atMs: number }[] = [];
  return {
    begin: (name) => void begun.push({ name, atMs: now() }),
    phases: () => {
      const endMs = now();
      return begun.map(({ name, atMs }, at) => ({ name, milliseconds: (begun[at + 1]?.atMs ?? endMs) - atMs }));
    },
  };
}
