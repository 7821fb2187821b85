import * as z from 'zod';
import type { Brakes, BrakesInForce, CoolDown, Freeze } from '../core/brakes.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

const storedFreeze = z.object({
  freeze: z.object({ subject: z.string(), by: z.string(), reason: z.string(), at: z.string() }),
});
const storedCoolDown = z.object({
  coolDown: z.object({ target: z.string(), runId: z.string(), why: z.string(), at: z.string(), until: z.string() }),
});

/** What has ended is still in the table for this long. */
const keptSeconds = 7 * 86_400;

/**
 * Brakes on the state table: one item for each subject and kind, in one partition, so that the acting room reads all of them at
 * once before it acts. A freeze has no time at which it ends; an item that was ended holds nothing.
 */
export function createBrakes(table: StateTable): Brakes {
  const ttl = () => expiresAfter(table.now, keptSeconds);
  return {
    inForce: async () => inForce(await table.query(keys.brakes), table.now()),
    freeze: (freeze) => table.decide(keys.freeze(freeze.subject), () => ({ answer: undefined, write: { freeze } })),
    unfreeze: (subject) =>
      table.decide<Freeze | undefined>(keys.freeze(subject), (item) => {
        const freeze = freezeOf(item);
        return freeze === undefined ? { answer: undefined } : { answer: freeze, write: { ttl: ttl() } };
      }),
    coolDown: (coolDown) =>
      table.decide(keys.coolDown(coolDown.target), () => ({
        answer: undefined,
        write: { coolDown, ttl: expiresAfter(() => Date.parse(coolDown.until), keptSeconds) },
      })),
    acknowledge: (target) =>
      table.decide<CoolDown | undefined>(keys.coolDown(target), (item) => {
        const coolDown = coolDownOf(item, table.now());
        return coolDown === undefined ? { answer: undefined } : { answer: coolDown, write: { ttl: ttl() } };
      }),
  };
}

function inForce(items: readonly Item[], nowMs: number): BrakesInForce {
  return {
    freezes: items.flatMap((item) => freezeOf(item) ?? []),
    coolDowns: items.flatMap((item) => coolDownOf(item, nowMs) ?? []),
  };
}

function freezeOf(item: Item | undefined): Freeze | undefined {
  return item !== undefined && 'freeze' in item ? storedFreeze.parse(item).freeze : undefined;
}

function coolDownOf(item: Item | undefined, nowMs: number): CoolDown | undefined {
  if (item === undefined || !('coolDown' in item)) return undefined;
  const { coolDown } = storedCoolDown.parse(item);
  return Date.parse(coolDown.until) > nowMs ? coolDown : undefined;
}
