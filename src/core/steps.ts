import type { CopyProgress, RedisBackupRecord } from './backup.ts';
import type { BackupPolicy } from './backup-policy.ts';
import type { BackupStore, ReadableStore } from './backup-store.ts';
import type { BackupTool } from './backup-tool.ts';
import type { Drill } from './drill.ts';
import type { Json } from './json.ts';
import type { TargetName } from './operation.ts';
import type { Grant } from './plan.ts';
import type { Room } from './room.ts';

/**
 * What a step that takes several orders has written down, where another process finds it: an order is written down before it is given, so
 * that one which may have been heard is never one that nobody knows of.
 */
export type StepJournal = {
  /** Null where nothing was written yet, or the step is over. */
  read(): Promise<Json>;
  /** Throws `conflict` where the step is over, or somebody else has written since it was read: then nothing may be ordered. */
  write(entry: Json): Promise<void>;
};

export type StepState = 'pending' | 'in_progress' | 'complete' | 'error';

/** A piece of work in one room. Only JSON goes in and comes out; the frame masks the result. */
export type ReadStep<T, A extends Json, R extends Json> = {
  room: Exclude<Room, 'act' | 'copy'>;
  run(target: T, args: A): Promise<R>;
};
/** What a server made of a snapshot of Redis; `skipped` is why it was not tried. */
export type TriedSnapshot =
  | { keys: number; version: string; seconds: number }
  | { problem: string }
  | { skipped: string };
/** What a copying step works with beside its target: the stores of the config, the primary one first. */
export type Copying = {
  runId: string;
  stores: readonly BackupStore[];
  /** What the config wants of the target's backups. */
  policy: BackupPolicy;
  /** Present where another tool makes the target's backups: then there is nothing for us to copy. */
  tool?: BackupTool;
  /** Where it is kept what was proved of the backups of that tool; absent where the config names no store. */
  ledger?: BackupStore;
  /** How far it is, for whoever watches the run; as often as it likes. Until the step ends it is also the sign that it lives. */
  progress(at: CopyProgress): void;
  /** How long the step may work; without it as long as it takes. */
  seconds?: number;
  /** Aborted before the room's time is over, and when the run is stopped. */
  signal: AbortSignal;
  /** Loads a snapshot of Redis into a server of its own; absent where nothing can be tried. */
  trySnapshot?(store: ReadableStore, record: RedisBackupRecord, signal: AbortSignal): Promise<TriedSnapshot>;
  /** Restores backups to look at them; absent where no server can be started. */
  drill?: Drill;
};
/** A step that copies out of a database into a store, for minutes. It changes nothing that is there, and needs no grant. */
export type CopyStep<T, A extends Json, R extends Json> = {
  room: Extract<Room, 'copy'>;
  run(target: T, args: A, copying: Copying): Promise<R>;
};
/**
 * A step that has the cloud which hosts a target copy it within itself. It changes nothing that is there, and needs no grant; it is given
 * again where an answer was lost, so that asking twice has to make one copy.
 */
export type CloudCopyStep<C, A extends Json, R extends Json> = {
  room: Extract<Room, 'control'>;
  copies: 'in-cloud';
  run(cloud: C, args: A): Promise<R>;
};
/**
 * A step that changes something: the frame verifies and uses up the grant first; `reconcile` asks the database, or the cloud that
 * hosts it, what became of it, and finishes or takes back what is half done. `begunAt` is the ISO time at which the step used its grant.
 */
export type ActStep<T, A extends Json, R extends Json> = {
  room: Extract<Room, 'act' | 'control' | 'prune'>;
  run(target: T, args: A, grant: Grant, journal: StepJournal): Promise<R>;
  reconcile(target: T, args: A, begunAt: string, journal: StepJournal): Promise<R | 'unknown'>;
};
// oxlint-disable-next-line typescript/no-explicit-any -- where step types are hidden
type AnyCopyStep = CopyStep<any, any, any> | CloudCopyStep<any, any, any>;
// oxlint-disable-next-line typescript/no-explicit-any -- where step types are hidden
export type AnyStep = ReadStep<any, any, any> | AnyCopyStep | ActStep<any, any, any>;
export type Steps = { readonly [key: string]: AnyStep };

export function read<T, A extends Json, R extends Json>(run: (target: T, args: A) => Promise<R>): ReadStep<T, A, R> {
  return { room: 'read', run };
}
/** Asks for the logs that the cloud keeps of the target, in the room that has no way to the database. */
export function logs<T, A extends Json, R extends Json>(run: (target: T, args: A) => Promise<R>): ReadStep<T, A, R> {
  return { room: 'logs', run };
}
/** Asks the cloud that hosts the target, in `run` itself: it has no way to the database. */
export function control<C, A extends Json, R extends Json>(run: (cloud: C, args: A) => Promise<R>): ReadStep<C, A, R> {
  return { room: 'control', run };
}
/** Copies what the target holds into the stores. Its run shows how far it is. */
export function copy<T, A extends Json, R extends Json>(
  run: (target: T, args: A, copying: Copying) => Promise<R>,
): CopyStep<T, A, R> {
  return { room: 'copy', run };
}
/** Has the cloud that hosts the target copy it, in `run` itself, with the rights of a role that is assumed for it. */
export function copyInCloud<C, A extends Json, R extends Json>(
  run: (cloud: C, args: A) => Promise<R>,
): CloudCopyStep<C, A, R> {
  return { room: 'control', copies: 'in-cloud', run };
}
export function act<T, A extends Json, R extends Json>(
  run: (target: T, args: A, grant: Grant) => Promise<R>,
  reconcile: (target: T, args: A, begunAt: string) => Promise<R | 'unknown'>,
): ActStep<T, A, R> {
  return { room: 'act', run, reconcile };
}

/**
 * Has the cloud that hosts the target change something, in `run` itself, with the rights of a role that is assumed for it. What
 * takes longer than a call answers `{ ended: 'under-way' }`; its run asks what became of it until that is clear. Where the cloud needs
 * several orders, each question may give the next one, as the step's journal calls for it.
 */
export function actInCloud<C, A extends Json, R extends Json>(
  run: (cloud: C, args: A, grant: Grant, journal: StepJournal) => Promise<R>,
  reconcile: (cloud: C, args: A, begunAt: string, journal: StepJournal) => Promise<R | 'unknown'>,
): ActStep<C, A, R> {
  return { room: 'control', run, reconcile };
}

/** Looks into the stores of a target's backups, in the room that deletes there: it has no way to a database. */
export function inStores<T, A extends Json, R extends Json>(
  run: (stored: T, args: A) => Promise<R>,
): ReadStep<T, A, R> {
  return { room: 'prune', run };
}

/** Deletes in the stores of a target's backups; no other room can. */
export function actInStores<T, A extends Json, R extends Json>(
  run: (stored: T, args: A, grant: Grant) => Promise<R>,
  reconcile: (stored: T, args: A, begunAt: string) => Promise<R | 'unknown'>,
): ActStep<T, A, R> {
  return { room: 'prune', run, reconcile };
}

/** Whether a step changes something, in whichever room. */
export function isAct(step: AnyStep): step is Extract<AnyStep, { reconcile: unknown }> {
  return 'reconcile' in step;
}

/** An acting step as a run calls it; `became` asks what became of it, as often as it likes, and uses no grant. */
export type ActCall<A extends Json, R extends Json> = {
  (target: TargetName, args: A, grant: Grant): Promise<R>;
  became(target: TargetName, args: A): Promise<R | 'unknown'>;
};

/** The steps as a run calls them: by the target's name, with a grant where they act; where they copy, with the name under which people see how far it is. */
export type Calls<S extends Steps> = {
  [K in keyof S]: S[K] extends ActStep<infer _T, infer A, infer R>
    ? ActCall<A, R>
    : S[K] extends CopyStep<infer _T, infer A, infer R>
      ? (target: TargetName, args: A, step: string) => Promise<R>
      : S[K] extends ReadStep<infer _T, infer A, infer R>
        ? (target: TargetName, args: A) => Promise<R>
        : never;
};
