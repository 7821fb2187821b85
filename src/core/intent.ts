import type { Json } from './json.ts';

/**
 * What a step is about to change, written down before it begins: enough to ask what became of it. `at` is the ISO time at which it
 * began, or was last seen to be under way.
 */
export type Intent = { runId: string; operation: string; step: string; target: string; args: Json; at: string };

/** Port: the intents of the rooms that act, kept until it is known how their step ended. */
export type Intents = {
  begin(intent: Intent): Promise<void>;
  end(intent: Pick<Intent, 'runId' | 'operation' | 'step'>): Promise<void>;
  /** Those whose step has not answered yet; after the room's time is over, those whose room died. */
  open(): Promise<readonly Intent[]>;
};
