import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { largestBodyBytes } from './item-size.ts';
import { keys } from './keys.ts';
import { expiresAfter, type StateTable } from './table.ts';

/** A message that Slack has not taken yet. `version` names this very text of it. */
export type Owed = { slot: string; since: string; message: Json; version: number };

/**
 * What is still owed to Slack: written when posting or updating failed, read by whoever comes next, crossed off when done.
 * One per slot, the newest text only. Crossing off names the version, so that a text owed meanwhile stays owed.
 */
export type Deliveries = {
  /** Fault `invalid_request` when the message is larger than 380 KB. */
  owe(slot: string, message: Json): Promise<void>;
  owed(): Promise<Owed[]>;
  done(slot: string, version: number): Promise<void>;
};

const keptDays = 7;
const stored = z.object({ slot: z.string(), since: z.string(), body: z.string(), done: z.boolean() });

export function createDeliveries(table: StateTable): Deliveries {
  return {
    owe: (slot, message) => owe(table, slot, message),
    owed: async () => {
      const items = await table.query(keys.deliveries());
      return items.flatMap((item) => {
        const { done, body, ...about } = stored.parse(item);
        return done ? [] : [{ ...about, message: asJson(body), version: item.version }];
      });
    },
    done: (slot, version) =>
      table.decide(keys.delivery(slot), (item) => {
        if (item?.version !== version) return { answer: undefined };
        return { answer: undefined, write: { ...stored.parse(item), body: 'null', done: true, ttl: item.ttl } };
      }),
  };
}

function owe(table: StateTable, slot: string, message: Json): Promise<void> {
  const body = JSON.stringify(message);
  if (Buffer.byteLength(body) > largestBodyBytes)
    throw new Fault('invalid_request', `The message of ${slot} is too large to be kept until Slack takes it.`);
  return table.decide(keys.delivery(slot), (item) => {
    const known = item === undefined ? undefined : stored.parse(item);
    const since = known === undefined || known.done ? new Date(table.now()).toISOString() : known.since;
    return {
      answer: undefined,
      write: { slot, since, body, done: false, ttl: expiresAfter(table.now, keptDays * 86_400) },
    };
  });
}

function asJson(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}
