import type { Fact } from '../core/report.ts';
import type { UnderWay } from './cloud-switchover.ts';

/** Which snapshot would be restored, into what. Nothing that is there is touched: `as` is the name of something that is not there yet. */
export type RestoreLook = {
  from: string;
  as: string;
  /** What must still be so when it is ordered: the snapshot, and the settings of the new instance. */
  settings: { readonly [name: string]: string };
  steps: readonly string[];
  /** What is not in the snapshot, as a sentence. */
  loss: string;
  facts: readonly Fact[];
};

/** What was approved. */
export type RestoreOrder = Pick<RestoreLook, 'from' | 'as' | 'settings'>;

/** `restored`: it is available, and nobody has looked into it. `failed`: AWS made it and gave it up; it is still there and costs money. */
export type RestoreEnd =
  | { ended: 'restored'; as: string; address: string; proof: string }
  | { ended: 'not-done'; why: string }
  | { ended: 'failed'; why: string }
  | { ended: 'needs-a-human'; why: string };
export type RestoreResult = RestoreEnd | UnderWay;

/** Capability: the cloud makes something new of a snapshot. It never goes over anything that is there. */
export type CloudRestore = {
  /** `from`: the snapshot that is wanted, where it is not the newest. The new name is derived from the run. */
  look(asked: { from: string | null; run: string; at: string }): Promise<RestoreLook | { refused: string }>;
  begin(order: RestoreOrder): Promise<RestoreResult>;
  /** What became of it, asked of the cloud. `begunAt`: the ISO time before which nothing was ordered. */
  follow(order: RestoreOrder, begunAt: string): Promise<RestoreResult>;
};
