import type { CopyProgress, PostgresBackupRecord, ProofLevel } from './backup.ts';
import type { ReadableStore } from './backup-store.ts';

/** What a drill is asked for. */
export type DrillRequest = {
  /** Absent where another tool has the backups. */
  store?: ReadableStore;
  target: string;
  /** `random`: a second that the store promises; else as `nightshift restore --to` takes it. */
  to: string;
  progress(at: CopyProgress): void;
  /** Ends the drill; what it started and wrote is taken away all the same. */
  signal: AbortSignal;
};

/** One thing that was looked at in the restored copy; `detail` is what was seen, a few words. `problems` are sentences. */
export type DrillLook = {
  what: string;
  outcome: 'passed' | 'failed' | 'skipped';
  detail: string;
  problems: readonly string[];
};

/** What a drill remembers for the next one: how many rows there were, and who may do more than others. Sorted by name. */
export type DrillMemory = {
  tables: readonly { name: string; rows: number }[];
  powers: readonly string[];
};

/** How far it came: nothing leads to the target, what is stored is broken, no server starts from it, or it was started and looked at. */
export type DrillStage = 'choose' | 'fetch' | 'start' | 'verify';

/** What one drill found. Seconds count from its beginning. */
export type Drilled = {
  store: string;
  /** The backup that it is a proof of; its chain from the full one on. */
  record: PostgresBackupRecord;
  chain: readonly string[];
  walSegments: number;
  plainBytes: number;
  /** As a sentence says it. */
  to: string;
  isRandom: boolean;
  stage: DrillStage;
  /** What cannot be said of the backup any more where it came no further; null where it was looked at. */
  disproved: ProofLevel | null;
  /** Why it came no further; empty where it was looked at. */
  problems: readonly string[];
  reachedLsn: string | null;
  reachedTime: string | null;
  restoreSeconds: number | null;
  usableSeconds: number | null;
  /** Between the moment that was restored to and the newest row; by the heartbeat, else by the last transaction. */
  newestRowAgeSeconds: number | null;
  looks: readonly DrillLook[];
  memory: DrillMemory | null;
  /** What could not be taken away afterwards; null where nothing is left. */
  leftover: string | null;
};

/** Restores into a place of its own, starts, verifies, and takes all of it away again. A refusal is a sentence with what to do. */
export type Drill = (request: DrillRequest) => Promise<{ done: Drilled } | { refused: string }>;
