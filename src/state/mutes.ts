import * as z from 'zod';
import { severities } from '../core/finding.ts';
import type { Mute, Mutes } from '../core/quiet.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Attributes, type Item, type StateTable } from './table.ts';

/** The mutes of every target, so that one list shows them all. */
export type MuteStore = Mutes & {
  /** Those in force now on these targets. */
  inForce(targets: readonly string[]): Promise<readonly Mute[]>;
};

/** An ended mute is still known this long, so that the next report can say why a finding speaks again. */
const keptDaysAfterEnd = 7;

const stored = z.object({
  target: z.string(),
  what: z.string(),
  by: z.string(),
  reason: z.string(),
  at: z.string(),
  until: z.string(),
  upTo: z.enum(severities),
});

/** Mutes on the state table: one item for each target and what is muted on it. `until` decides, not the item's expiry. */
export function createMutes(table: StateTable): MuteStore {
  return {
    of: async (target) => (await table.query(keys.mutes, keys.mutesOf(target))).map(asMute),
    keep: (mute) =>
      table.decide(keys.mute(mute.target, mute.what), () => ({ answer: undefined, write: itemOf(table, mute) })),
    end: (target, what) => end(table, target, what),
    inForce: async (targets) => {
      const now = new Date(table.now()).toISOString();
      const wanted = new Set(targets);
      const all = (await table.query(keys.mutes)).map(asMute);
      return all.filter((mute) => wanted.has(mute.target) && mute.until > now);
    },
  };
}

function end(table: StateTable, target: string, what: string): Promise<Mute | undefined> {
  return table.decide<Mute | undefined>(keys.mute(target, what), (item) => {
    const now = new Date(table.now()).toISOString();
    const mute = item === undefined ? undefined : asMute(item);
    if (mute === undefined || mute.until <= now) return { answer: undefined };
    return { answer: mute, write: itemOf(table, { ...mute, until: now }) };
  });
}

function itemOf(table: StateTable, mute: Mute): Attributes {
  const ttl = expiresAfter(() => Math.max(Date.parse(mute.until), table.now()), keptDaysAfterEnd * 86_400);
  return { ...mute, ttl };
}

function asMute(item: Item): Mute {
  return stored.parse(item);
}
