import * as z from 'zod';
import type { Intent, Intents } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import { canonical } from '../core/plan.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

const stored = z.object({
  intent: z.object({
    runId: z.string(),
    operation: z.string(),
    step: z.string(),
    target: z.string(),
    args: z.custom<Json>((value) => value !== undefined),
    at: z.string(),
  }),
  journal: z.custom<Json>((value) => value !== undefined).exactOptional(),
});

/** One that ended is still in the table for this long. */
const keptSeconds = 86_400;

/** Intents on the state table, in one partition: there are as many as steps that act at this moment, and those whose room died. */
export function createIntents(table: StateTable): Intents {
  return {
    begin: (intent) =>
      table.decide(keys.intent(intent), (item) =>
        isGivenUp(item) ? { answer: false } : { answer: true, write: withJournal(intent, journalIn(item)) },
      ),
    giveUp: (intent, usedAt) =>
      table.decide(keys.intent(intent), (item) => {
        // Of a step of the day before, what it wrote may be gone from the table: then it may have begun.
        const mayBeForgotten = table.now() - Date.parse(usedAt) >= keptSeconds * 1000;
        if (item !== undefined || mayBeForgotten) return { answer: isGivenUp(item) };
        return { answer: true, write: { givenUp: true, ttl: expiresAfter(table.now, keptSeconds) } };
      }),
    end: (intent) =>
      table.decide(keys.intent(intent), () => ({
        answer: undefined,
        write: { ttl: expiresAfter(table.now, keptSeconds) },
      })),
    open: async () => {
      const items = await table.query(keys.intents);
      return items.flatMap((item): Intent[] => ('intent' in item ? [stored.parse(item).intent] : []));
    },
    journal: async (intent) => journalIn(await table.get(keys.intent(intent))),
    write: (intent, before, entry) =>
      table.decide(keys.intent(intent), (item) => {
        const open = openIn(item);
        if (open === undefined || canonical(open.journal ?? null) !== canonical(before)) return { answer: false };
        return { answer: true, write: withJournal(open.intent, entry) };
      }),
  };
}

function isGivenUp(item: Item | undefined): boolean {
  return item !== undefined && 'givenUp' in item;
}

function openIn(item: Item | undefined) {
  return item !== undefined && 'intent' in item ? stored.parse(item) : undefined;
}

function journalIn(item: Item | undefined): Json {
  return openIn(item)?.journal ?? null;
}

function withJournal(intent: Intent, journal: Json) {
  return journal === null ? { intent } : { intent, journal };
}
