import type { BackupPolicy } from './backup-policy.ts';
import type { Finding } from './finding.ts';

/** One backup of one store, for a list. */
export type BackupRow = {
  label: string;
  kind: string;
  startedAt: string;
  endedAt: string;
  /** Null where nobody knows how long it took. */
  seconds: number | null;
  sizeBytes: number;
  /** Any second from its end until then; null where only its own end can be restored. */
  anySecondUntil: string | null;
  /** "L4, 2 d ago", "L2 failed": what was proved of this copy. */
  proof: string;
  /** Why retention leaves it alone, and until when; null where nobody pinned it. */
  pinned: string | null;
  /** Of a snapshot: where its copy is, and how far; absent where none is asked for. */
  copy?: string;
  problems: readonly string[];
};

/** Whether a restore would work now: from what, in how long, with how much lost, and how sure that is. Null is: not known. */
export type RestoreNow =
  | {
      from: string;
      seconds: number | null;
      lossSeconds: number;
      proven: { level: string; at: string; old: boolean } | null;
      sentence: string;
    }
  | { from: null; sentence: string };

/** What retention would do. */
export type RetentionSeen = {
  remove: readonly { label: string; why: string }[];
  walObjects: number;
  /** Null where nobody can say. */
  freedBytes: number | null;
  heldBack: string | null;
};

/** What one store has of a target; `unseen` is why it could not be looked at. */
export type StoreSeen =
  | { store: string; unseen: string }
  | {
      store: string;
      /** The newest, newest first. */
      rows: readonly BackupRow[];
      /** How many there are in all, and how large. */
      count: number;
      /** Null where sizes cannot be added up: snapshots share what did not change between them. */
      sizeBytes: number | null;
      restore: RestoreNow;
      retention: RetentionSeen | null;
      /** What else lies there, a sentence each. */
      notes: readonly string[];
    };

/** What a policy asks for, what whoever hosts the target gives, and what is missing between the two; empty where nothing is. */
export type PolicyRow = { asked: string; given: string; gap: string };

/** What is known of the backups of a target. */
export type BackupsSeen = {
  /** Null where nobody asks for any. */
  policy: BackupPolicy | null;
  /** Why none are made although the policy asks for them, and what to do. */
  whyNone: string | null;
  stores: readonly StoreSeen[];
  findings: readonly Finding[];
  table: readonly PolicyRow[];
};

/** What a run can ask of the stores of the config. */
export type BackupsLook = {
  /** What the stores have of a target, and what is wrong with that; no database is asked. */
  backups(target: { name: string }): Promise<BackupsSeen>;
};
