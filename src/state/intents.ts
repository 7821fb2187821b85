import * as z from 'zod';
import type { Intent, Intents } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';

const stored = z.object({
  intent: z.object({
    runId: z.string(),
    operation: z.string(),
    step: z.string(),
    target: z.string(),
    args: z.custom<Json>((value) => value !== undefined),
    at: z.string(),
  }),
});

/** One that ended is still in the table for this long. */
const keptSeconds = 86_400;

/** Intents on the state table, in one partition: there are as many as steps that act at this moment, and those whose room died. */
export function createIntents(table: StateTable): Intents {
  return {
    begin: (intent) => table.decide(keys.intent(intent), () => ({ answer: undefined, write: { intent } })),
    end: (intent) =>
      table.decide(keys.intent(intent), () => ({
        answer: undefined,
        write: { ttl: expiresAfter(table.now, keptSeconds) },
      })),
    open: async () => {
      const items = await table.query(keys.intents);
      return items.flatMap((item): Intent[] => ('intent' in item ? [stored.parse(item).intent] : []));
    },
  };
}
