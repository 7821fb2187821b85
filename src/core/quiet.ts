import type { Severity } from './finding.ts';

/** A person's wish not to hear of a finding for a while. Times are ISO. */
export type Mute = {
  target: string;
  /** A finding's key, or the id of a check for all that it finds. */
  what: string;
  /** As the config calls the person. */
  by: string;
  reason: string;
  at: string;
  until: string;
  /** The worst severity that it covers: what grows beyond that speaks again. */
  upTo: Severity;
};

/** Port: the mutes of a target, also those that ended within the last days. */
export type Mutes = {
  of(target: string): Promise<readonly Mute[]>;
  /** Takes the place of an earlier mute of the same thing. */
  keep(mute: Mute): Promise<void>;
  /** Ends one now; the mute that was in force, or undefined when there was none. */
  end(target: string, what: string): Promise<Mute | undefined>;
};

/** A maintenance window, or an entry of the deploy calendar, that is open now. */
export type OpenWindow = {
  name: string;
  /** ISO time of its end. */
  until: string;
  /** Check ids and finding keys; with none, everything that is not critical is expected. */
  expects: readonly string[];
};

/** A run of ours that changed something on a target, and whose effects may still show. Times are ISO. */
export type OwnAct = { runId: string; operation: string; at: string; endedAt?: string };

/** What keeps a target's findings out of a notification now. */
export type Quiet = { mutes: readonly Mute[]; windows: readonly OpenWindow[]; acts: readonly OwnAct[] };

/** How many looks in a row it takes to tell of a finding, and to say that it is over. */
export type Hysteresis = { fireAfter: number; clearAfter: number };

/** True when a check id or a finding's key, as a person or the config names it, means this finding. */
export function means(what: string, key: string): boolean {
  return key === what || key.startsWith(`${what}:`);
}
