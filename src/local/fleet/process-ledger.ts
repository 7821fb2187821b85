import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { thawProcess } from './frozen-process.ts';
import { processStartTime } from './process-start-time.ts';

/** One process that was started: its pid alone could be another process by now, so its start time stands beside it. */
export type LedgerEntry = { pid: number; startTime: string; what: string };

/** What was started by an owner that may be killed at any moment. */
export type ProcessLedger = {
  /** Writes one started process down. */
  record(pid: number, what: string): void;
  /** Ends every recorded process that still runs, and nothing else; empties the ledger. Returns what was ended. */
  endLeftovers(): Promise<LedgerEntry[]>;
};

/** What hangs is not waited for; what ends its children, or is being ended by the machine, is. */
const patienceMs = { SIGINT: 3_000, SIGQUIT: 20_000, SIGKILL: 20_000 };

/** A ledger in a file: one JSON line per process, appended at once. */
export function openProcessLedger(file: string): ProcessLedger {
  return {
    record: (pid, what) => {
      const startTime = processStartTime(pid);
      if (startTime === undefined) return;
      appendFileSync(file, `${JSON.stringify({ pid, startTime, what } satisfies LedgerEntry)}\n`, { mode: 0o600 });
    },
    endLeftovers: async () => {
      const leftovers = entriesIn(file).filter(isRunning);
      await Promise.all(leftovers.map(end));
      rmSync(file, { force: true });
      return leftovers;
    },
  };
}

function entriesIn(file: string): LedgerEntry[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => entryIn(line) ?? []);
}

/** The last line may be half written. */
function entryIn(line: string): LedgerEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<LedgerEntry>;
    return Number.isInteger(entry.pid) && entry.startTime !== undefined ? (entry as LedgerEntry) : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(entry: LedgerEntry): boolean {
  return processStartTime(entry.pid) === entry.startTime;
}

/** SIGINT first: an orderly end for PostgreSQL and Redis alike; SIGQUIT still lets PostgreSQL take its children with it. */
async function end(entry: LedgerEntry): Promise<void> {
  // A drill may have halted it: then it hears nothing but SIGKILL, which would leave its children behind.
  thawProcess(entry.pid);
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    send(entry.pid, signal);
    for (const deadlineMs = Date.now() + patienceMs[signal]; Date.now() < deadlineMs; await sleep(20)) {
      if (!isRunning(entry)) return;
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
