import type { Json } from './json.ts';

/**
 * What a step is about to change, written down before it begins: enough to ask what became of it. `at` is the ISO time at which it
 * began, or was last seen to be under way.
 */
export type Intent = { runId: string; operation: string; step: string; target: string; args: Json; at: string };

/** One that is asked after; `movesWrites` is true where its operation does. */
export type OpenIntent = Intent & { movesWrites: boolean };

/** What tells one intent from another. */
export type IntentKey = Pick<Intent, 'runId' | 'operation' | 'step'>;

/** Port: the intents of the rooms that act, kept until it is known how their step ended. */
export type Intents = {
  /** Where it is open already, it is renewed, and its journal stays. */
  begin(intent: Intent): Promise<void>;
  end(intent: IntentKey): Promise<void>;
  /** Those whose step has not answered yet; after the room's time is over, those whose room died. */
  open(): Promise<readonly Intent[]>;
  /** What a step that takes several orders has written down beside its intent; null where there is nothing. */
  journal(intent: IntentKey): Promise<Json>;
  /** Puts an entry in the place of `before`; false where the intent is not open any more, or somebody else has written since. */
  write(intent: IntentKey, before: Json, entry: Json): Promise<boolean>;
};
