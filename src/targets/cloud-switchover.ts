import type { StepJournal } from '../core/operation.ts';
import type { SwitchoverLook, SwitchoverOrder, SwitchoverResult } from './switchover.ts';

/** Who takes writes, who could, and what the cloud would do. It changes nothing. */
export type CloudSwitchoverLook = Omit<SwitchoverLook, 'holdSecondsMost'> & {
  /** The server that takes writes now, by the name that the config has for it. */
  writer: string;
  /** What can be lost, in one sentence. */
  loss: string;
  /** Present where acknowledged writes can be lost: then people accept the loss (`accept-loss`), whatever the config says of the verb. */
  mayLose?: true;
};

/** What was approved: `from` and `to` are servers, or zones where the server keeps its name. */
export type CloudSwitchoverOrder = Pick<SwitchoverOrder, 'from' | 'to' | 'identity'>;

/** The cloud is at it; `phase` says how far, as a sentence. */
export type UnderWay = { ended: 'under-way'; phase: string };

/** How it ended; `coolDown` is why the writes should be left where they are for a while. */
export type CloudSwitchoverEnd = SwitchoverResult & { coolDown?: string };

export type CloudSwitchoverResult = UnderWay | CloudSwitchoverEnd;

/**
 * Capability: the cloud moves the writes to another machine when it is asked to, within minutes. Nothing can stop it once it has begun. Where
 * it cannot promise that no acknowledged write is lost, the look says `mayLose`, and no end says `lost: none` after a promotion was ordered.
 */
export type CloudSwitchover = {
  /** `to`: the server or zone that is wanted. */
  look(to?: string): Promise<CloudSwitchoverLook | { refused: string }>;
  /**
   * Gives the cloud the first order, if everything is still as it was approved. A "no" of the cloud is a result; a fault means that
   * nobody knows whether it heard.
   */
  begin(order: CloudSwitchoverOrder, journal: StepJournal): Promise<CloudSwitchoverResult>;
  /**
   * What became of it, asked of the cloud. Where one order is enough it changes nothing; where it takes several, it gives the next one that the
   * journal calls for, forward or back. `begunAt` is the ISO time before which `begin` ordered nothing.
   */
  follow(order: CloudSwitchoverOrder, begunAt: string, journal: StepJournal): Promise<CloudSwitchoverResult>;
};
