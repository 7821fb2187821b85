import type { Json } from './json.ts';

/**
 * What a step is about to change, written down before it begins: enough to ask what became of it. `at` is the ISO time at which it
 * began, or was last seen to be under way.
 */
export type Intent = { runId: string; operation: string; step: string; target: string; args: Json; at: string };

/**
 * An acting room lives for a minute at most, and a run that loses it asks at once what became of the step, for 45 s at most: what is
 * still open after both has lost its run too. Before, asking would only get into their way.
 */
const LOST_AFTER_MS = 110_000;

/** Pure: whether a step that has not answered lost its room and its run; before, it may still be at work. */
export function isLost({ at }: Pick<Intent, 'at'>, nowMs: number): boolean {
  return nowMs - Date.parse(at) >= LOST_AFTER_MS;
}
/** One that is asked after; `movesWrites` is true where its operation does. */
export type OpenIntent = Intent & { movesWrites: boolean };

/** What tells one intent from another. */
export type IntentKey = Pick<Intent, 'runId' | 'operation' | 'step'>;

/** Port: the intents of the rooms that act, kept until it is known how their step ended. */
export type Intents = {
  /** Where it is open already, it is renewed, and its journal stays; false, and nothing written, where the step was given up. */
  begin(intent: Intent): Promise<boolean>;
  /**
   * Gives a step up that used its grant at `usedAt` (ISO) and has written nothing down yet, so that it never can. True where it is
   * given up, now or before; false where it has begun.
   */
  giveUp(intent: IntentKey, usedAt: string): Promise<boolean>;
  end(intent: IntentKey): Promise<void>;
  /** Those whose step has not answered yet; after the room's time is over, those whose room died. */
  open(): Promise<readonly Intent[]>;
  /** What a step that takes several orders has written down beside its intent; null where there is nothing. */
  journal(intent: IntentKey): Promise<Json>;
  /** Puts an entry in the place of `before`; false where the intent is not open any more, or somebody else has written since. */
  write(intent: IntentKey, before: Json, entry: Json): Promise<boolean>;
};
