import type { Fact } from '../core/report.ts';
import type { UnderWay } from './cloud-switchover.ts';

/**
 * What is wanted: the newest snapshot where both are null, the one that `from` names, or a moment: `to` is `latest` or an ISO time, in a
 * drill `random` too. The new name is derived from the run.
 */
export type RestoreAsk = { from: string | null; to: string | null; run: string; at: string };

/** What would be restored, into what. Nothing that is there is touched: `as` is the name of something that is not there yet. */
export type RestoreLook = {
  /** The name of the snapshot, or the source and the moment. */
  from: string;
  as: string;
  /** ISO time: nothing that was written later is in it. */
  holdsUntil: string;
  /** What must still be so when it is ordered: what it is made of, and the settings of what is new. */
  settings: { readonly [name: string]: string };
  steps: readonly string[];
  /** What is not in it, as a sentence. */
  loss: string;
  facts: readonly Fact[];
};

/** What was approved. */
export type RestoreOrder = Pick<RestoreLook, 'from' | 'as' | 'settings'>;

/** `restored`: it is available, and nobody has looked into it. `failed`: AWS made it and gave it up; it is still there and costs money. */
export type RestoreEnd =
  | { ended: 'restored'; as: string; host: string; port: number; proof: string }
  | { ended: 'not-done'; why: string }
  | { ended: 'failed'; why: string }
  | { ended: 'needs-a-human'; why: string };
export type RestoreResult = RestoreEnd | UnderWay;

/** Capability: the cloud makes something new of a snapshot, or of what it keeps of every second. It never goes over anything that is there. */
export type CloudRestore = {
  look(asked: RestoreAsk): Promise<RestoreLook | { refused: string }>;
  begin(order: RestoreOrder): Promise<RestoreResult>;
  /**
   * What became of it, asked of the cloud; where it takes several orders, the next one is given, which a name makes harmless to repeat.
   * `begunAt`: the ISO time before which nothing was ordered.
   */
  follow(order: RestoreOrder, begunAt: string): Promise<RestoreResult>;
};

/** `gone`: the cloud shows nothing of this name any more. */
export type TornDown =
  | { ended: 'gone'; as: string }
  | { ended: 'not-done'; why: string }
  | { ended: 'failed'; why: string }
  | UnderWay;

/** One drill before this, for the trend. Seconds count from its order. */
export type DrillBefore = { at: string; restoreSeconds: number; usableSeconds: number };

/** What a drill found, as it is noted on the snapshot. `level` null: it failed. */
export type DrillNote = { from: string; level: string | null } & DrillBefore;

/**
 * Capability: a restore for a drill, into a place of its own, which is taken away again. Nothing is ever deleted that does not carry the
 * name and the tag of a drill of this target.
 */
export type CloudDrill = CloudRestore & {
  /** Gives the order to delete it; what is not there is `gone`. */
  tearDown(as: string): Promise<TornDown>;
  /** What drills of this target left behind. */
  leftovers(): Promise<{ left: readonly string[] } | { refused: string }>;
  /** Drills before, oldest first, as far as their snapshots are still there. */
  before(): Promise<readonly DrillBefore[]>;
  /** Notes on a snapshot of ours what came of it; answers with a sentence. */
  note(note: DrillNote): Promise<string>;
};
