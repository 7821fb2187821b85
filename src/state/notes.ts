import * as z from 'zod';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** Something that belongs to a target's trouble and changes nothing of its state. */
export type Note = {
  /**
   * - `event`: what the provider said of the target;
   * - `suppressed`: a change of an alarm whose actions CloudWatch held back: counted, not told.
   */
  kind: 'event' | 'suppressed';
  /** Of the event or the alarm. */
  name: string;
  /** Whom the provider spoke of; empty for an alarm. */
  source: string;
  /** ISO time in milliseconds and UTC: its own, not the delivery's. */
  at: string;
  /** The provider's words, or the reason of the suppression. */
  message: string;
};

/** One item a target: the last notes, each once however often it is delivered. */
export type Notes = {
  add(target: string, note: Note): Promise<void>;
  /** Those that happened at this ISO time or later, oldest first. */
  since(target: string, at: string): Promise<Note[]>;
};

const keptDays = 7;
const keptNotes = 50;
const longestMessage = 300;
const longestName = 255;
const shape = z.object({
  notes: z.array(
    z.object({
      kind: z.enum(['event', 'suppressed']),
      name: z.string(),
      source: z.string(),
      at: z.string(),
      message: z.string(),
    }),
  ),
});

export function createNotes(table: StateTable): Notes {
  return {
    add: (target, { name, source, message, ...rest }) =>
      table.decide(keys.notes(target), (item) => {
        const known = notesIn(item);
        const [shortName, shortSource] = [name.slice(0, longestName), source.slice(0, longestName)];
        const kept = { ...rest, name: shortName, source: shortSource, message: message.slice(0, longestMessage) };
        if (known.some((one) => isSame(one, kept))) return { answer: undefined };
        const notes = [...known, kept].toSorted((a, b) => (a.at < b.at ? -1 : 1)).slice(-keptNotes);
        return { answer: undefined, write: { notes, ttl: expiresAfter(table.now, keptDays * 86_400) } };
      }),
    since: async (target, at) => notesIn(await table.get(keys.notes(target))).filter((note) => note.at >= at),
  };
}

function isSame(one: Note, other: Note): boolean {
  return one.kind === other.kind && one.name === other.name && one.source === other.source && one.at === other.at;
}

function notesIn(item: Item | undefined): Note[] {
  return item === undefined ? [] : shape.parse(item).notes;
}
