import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { KeptPlan, LoggedPlan, StatementLook, StatementText, StatementWindow } from '../core/statement.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** What is known of a shape, and of the ids that servers give it. */
export type KeptShape = Omit<StatementText, 'id'> & {
  applications: readonly string[];
  seenAt: string;
  /** The plans that it had, the last one first. */
  plans?: readonly KeptPlan[];
  /** Those that logs had, the last one first. */
  logged?: readonly LoggedPlan[];
};
export type KeptTexts = {
  /** Shape by the id of a server. */
  ids: { readonly [id: string]: string };
  shapes: { readonly [shape: string]: KeptShape };
};

/** What statements did: the last look at each member, and what happened between looks, for 15 days. */
export type StatementStore = {
  /**
   * Keeps a look and what happened since the one before, as `between` says. A look that is not younger than the last one changes
   * nothing. It is repeatable: what happened is written together with the look and then put where windows are.
   */
  keep(target: string, look: StatementLook, between: Between): Promise<void>;
  /** What happened since an ISO time, oldest first. */
  windows(target: string, member: string, since: string): Promise<StatementWindow[]>;
  /** The same of all members that there were, in no order of members. */
  allWindows(target: string, since: string): Promise<{ member: string; window: StatementWindow }[]>;
  texts(target: string): Promise<KeptTexts>;
  /** What is known and what comes of it, as `change` says, in one decision. */
  changeTexts(target: string, change: (known: KeptTexts) => KeptTexts): Promise<KeptTexts>;
};

type Between = (before: StatementLook) => StatementWindow | undefined;
type Last = { look: StatementLook; window: StatementWindow | null };

const NOTHING: KeptTexts = { ids: {}, shapes: {} };
const CLOCK_PUT_RIGHT_MS = 6 * 3_600_000;
const KEPT_SECONDS = 15 * 86_400;
// Compressed, because a look at 1,500 statements is 150 KB and an item of DynamoDB ends at 400.
const MOST_CHARACTERS = 340_000;
const stored = z.object({ body: z.string() });

export function createStatements(table: StateTable): StatementStore {
  return {
    keep: (target, look, between) => keep(table, target, look, between),
    windows: async (target, member, since) => {
      const range = { from: `window#${member}#${since}`, to: `window#${member}#~` };
      return (await table.query(keys.statementsOf(target), range)).map((item) => unpacked<StatementWindow>(item));
    },
    allWindows: async (target, since) => {
      const items = await table.query(keys.statementsOf(target), { from: 'window#', to: 'window#~' });
      return items.flatMap((item) => {
        const [, member = '', to = ''] = /^window#(.*)#([^#]*)$/s.exec(item.sk) ?? [];
        return to >= since ? [{ member, window: unpacked<StatementWindow>(item) }] : [];
      });
    },
    texts: async (target) => {
      const item = await table.get(keys.statementTexts(target));
      return item === undefined ? NOTHING : unpacked<KeptTexts>(item);
    },
    changeTexts: (target, change) =>
      table.decide(keys.statementTexts(target), (item) => {
        const known = item === undefined ? NOTHING : unpacked<KeptTexts>(item);
        const texts = change(known);
        // Tens of kilobytes, which are paid for by the kilobyte.
        if (isDeepStrictEqual(texts, known)) return { answer: texts };
        return { answer: texts, write: { body: packedTexts(texts), ttl: expiresAfter(table.now, KEPT_SECONDS) } };
      }),
  };
}

async function keep(table: StateTable, target: string, look: StatementLook, between: Between): Promise<void> {
  const key = keys.statementLook(target, look.member);
  const ttl = expiresAfter(table.now, KEPT_SECONDS);
  const before = await table.get(key);
  if (before !== undefined) await putMissing(table, target, unpacked<Last>(before), ttl);
  const last = await table.decide(key, (item): { answer: Last; write?: { body: string; ttl: number } } => {
    const known = item === undefined ? undefined : unpacked<Last>(item);
    if (known && !isNext(known.look, look)) return { answer: known };
    const next: Last = { look, window: (known && between(known.look)) ?? null };
    return { answer: next, write: { body: packed(next), ttl } };
  });
  await putWindow(table, target, last, ttl);
}

/** A look of another run may come late; one that is hours behind is of a server whose clock was put right. */
function isNext(known: StatementLook, look: StatementLook): boolean {
  return look.at > known.at || Date.parse(known.at) - Date.parse(look.at) > CLOCK_PUT_RIGHT_MS;
}

/** Of a run that was killed in between. To write what is there is refused, and costs as much as to write it. */
async function putMissing(table: StateTable, target: string, last: Last, ttl: number): Promise<void> {
  const { look, window } = last;
  const isThere = !window || (await table.get(keys.statementWindow(target, look.member, window.to))) !== undefined;
  if (!isThere) await putWindow(table, target, last, ttl);
}

async function putWindow(table: StateTable, target: string, { look, window }: Last, ttl: number): Promise<void> {
  if (window) {
    const body = packed(window);
    await table.putNew(keys.statementWindow(target, look.member, window.to), { body, ttl });
  }
}

/** Texts of some days can be more than an item holds: those that were not seen for longest are forgotten, to be asked for again. */
function packedTexts(texts: KeptTexts): string {
  const body = packed(texts);
  if (body.length <= MOST_CHARACTERS) return body;
  const shapes = Object.values(texts.shapes).toSorted((a, b) =>
    a.seenAt < b.seenAt ? 1 : a.seenAt > b.seenAt ? -1 : 0,
  );
  const kept = shapes.slice(0, Math.floor(shapes.length * Math.min(0.9, MOST_CHARACTERS / body.length)));
  const names = new Set(kept.map(({ shape }) => shape));
  return packedTexts({
    ids: Object.fromEntries(Object.entries(texts.ids).filter(([, shape]) => names.has(shape))),
    shapes: Object.fromEntries(kept.map((one) => [one.shape, one])),
  });
}

function packed(value: KeptTexts | Last | StatementWindow): string {
  return gzipSync(JSON.stringify(value)).toString('base64');
}

function unpacked<T>(item: Item): T {
  const value: T = JSON.parse(gunzipSync(Buffer.from(stored.parse(item).body, 'base64')).toString());
  return value;
}
