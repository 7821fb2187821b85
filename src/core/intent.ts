import type { Json } from './json.ts';

/** What a step is about to change, written down before it begins: enough to ask the database what became of it. */
export type Intent = { runId: string; operation: string; step: string; target: string; args: Json; at: string };

/** Port: the intents of the acting room, kept until their step has answered. */
export type Intents = {
  begin(intent: Intent): Promise<void>;
  end(intent: Pick<Intent, 'runId' | 'operation' | 'step'>): Promise<void>;
  /** Those whose step has not answered yet; after the room's time is over, those whose room died. */
  open(): Promise<readonly Intent[]>;
};
