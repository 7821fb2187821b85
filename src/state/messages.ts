import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

export type Posted = { channel: string; ts: string };
export type Reservation = { mine: true } | { posted: Posted } | { pending: { since: string; by: string } };

/**
 * Message slots: one message per slot, whoever wants to post it. A slot is named by what the message is about: a run id, an
 * incident id. The slot's name goes into the message's metadata.
 *
 * Posting: `reserve` → post → `confirm`. Changing: `mayRender` → chat.update → `rendered`.
 *
 * A crash between two calls leaves:
 * - after `reserve`, before or after the post: a later `reserve` answers `pending`, to the same `by` too. Look in the channel's
 *   history for the slot in the metadata. Found: `confirm` it. Not there, and `since` is older than a post can take:
 *   `takeOver` with that `since`; whoever gets true posts (marked as a possible repeat if nobody could look).
 * - after `confirm`: nothing is open; `reserve` answers `posted`.
 * - after `mayRender`, before `rendered`: the same version may be rendered again, an older one never.
 * Two renderers at once: after its chat.update each calls `rendered`; where that answers a newer version, render the newest
 * state again, because the slower call may have put its older text on top.
 */
export type Messages = {
  /** `by` is the run or the handler that wants to post. */
  reserve(slot: string, channel: string, by: string): Promise<Reservation>;
  /** True for exactly one caller that saw the same `since`. */
  takeOver(slot: string, since: string, by: string): Promise<boolean>;
  /** The first confirmation counts: what comes back is where the message of this slot is. */
  confirm(slot: string, channel: string, ts: string): Promise<Posted>;
  /** Where the message is, undefined while nobody has posted. */
  posted(slot: string): Promise<Posted | undefined>;
  /** May this version be shown? Not when it is shown already, nor when a newer one was begun. */
  mayRender(slot: string, version: number): Promise<boolean>;
  /** This version is shown; answers the newest version that anybody began. */
  rendered(slot: string, version: number): Promise<{ newest: number }>;
};

const keptDays = 90;
const slotShape = z.object({
  channel: z.string(),
  ts: z.string().optional(),
  by: z.string(),
  since: z.string(),
  begun: z.int(),
  shown: z.int(),
});
type Slot = z.infer<typeof slotShape>;

export function createMessages(table: StateTable): Messages {
  return {
    reserve: (slot, channel, by) => reserve(table, slot, channel, by),
    takeOver: (slot, since, by) =>
      table.decide(keys.message(slot), (item) => {
        const found = asSlot(item);
        if (found === undefined || found.ts !== undefined || found.since !== since) return { answer: false };
        return { answer: true, write: kept(table, { ...found, by, since: later(since, table.now()) }) };
      }),
    confirm: (slot, channel, ts) => confirm(table, slot, channel, ts),
    posted: async (slot) => whereIs(asSlot(await table.get(keys.message(slot)))),
    mayRender: (slot, version) =>
      table.decide(keys.message(slot), (item) => {
        const found = asSlot(item);
        if (found === undefined || version < found.begun || version <= found.shown) return { answer: false };
        return { answer: true, write: kept(table, { ...found, begun: version }) };
      }),
    rendered: (slot, version) =>
      table.decide(keys.message(slot), (item) => {
        const found = asSlot(item);
        if (found === undefined) return { answer: { newest: version } };
        const begun = Math.max(found.begun, version);
        return {
          answer: { newest: begun },
          write: kept(table, { ...found, begun, shown: Math.max(found.shown, version) }),
        };
      }),
  };
}

function reserve(table: StateTable, slot: string, channel: string, by: string): Promise<Reservation> {
  return table.decide<Reservation>(keys.message(slot), (item) => {
    const found = asSlot(item);
    const posted = whereIs(found);
    if (posted !== undefined) return { answer: { posted } };
    if (found !== undefined) return { answer: { pending: { since: found.since, by: found.by } } };
    const since = new Date(table.now()).toISOString();
    return { answer: { mine: true }, write: kept(table, { channel, by, since, begun: 0, shown: 0 }) };
  });
}

function confirm(table: StateTable, slot: string, channel: string, ts: string): Promise<Posted> {
  return table.decide(keys.message(slot), (item) => {
    const found = asSlot(item);
    if (found === undefined) throw new Fault('conflict', `Nobody reserved the message ${slot} before it was posted.`);
    const posted = whereIs(found);
    if (posted !== undefined) return { answer: posted };
    return { answer: { channel, ts }, write: kept(table, { ...found, channel, ts }) };
  });
}

/** A time that differs from `since`, so that a second taker with the old `since` loses even within one millisecond. */
function later(since: string, nowMs: number): string {
  return new Date(Math.max(nowMs, Date.parse(since) + 1)).toISOString();
}

function whereIs(slot: Slot | undefined): Posted | undefined {
  return slot?.ts === undefined ? undefined : { channel: slot.channel, ts: slot.ts };
}

function asSlot(item: Item | undefined): Slot | undefined {
  return item === undefined ? undefined : slotShape.parse(item);
}

function kept(table: StateTable, slot: Slot): Slot & { ttl: number } {
  return { ...slot, ttl: expiresAfter(table.now, keptDays * 86_400) };
}
