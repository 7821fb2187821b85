import type { EntryListener } from '../../logs/entries.ts';
import { createNormaliser } from '../../logs/normalise/statement.ts';
import { PREFIX_FIELDS, type Fields, type PrefixField } from '../../logs/fields.ts';
import type { PlansInLog } from './plans-in-log.ts';
import { kindOf, logKinds, type LogKind, type ToldKind } from './kinds.ts';

/** What was told several times; times are ISO, null where the prefix has none. `who` are user@database, most frequent first. */
export type LogGroup = {
  kind: LogKind;
  message: string;
  count: number;
  first: string | null;
  last: string | null;
  who: string[];
  /** The shape of one statement that it was about. */
  statement: string | null;
};

/** All that matters in a piece of a log, without a value of anybody. */
export type Excerpt = { groups: LogGroup[]; moreGroups: number; entries: number; foreign: number };

export type ExcerptCollector = { listen: EntryListener; excerpt(): Excerpt };

/** Entries of this time count, ISO; and how much later than UTC the clock of the log is. */
export type ExcerptTime = { from: string; until: string; utcOffsetSeconds: number };

const MOST_GROUPS = 1000;
const SHOWN_GROUPS = 30;
const MOST_WHO = 20;
const SHOWN_WHO = 3;
const LONGEST_STATEMENT = 300;
const LONGEST_MESSAGE = 2000;
/** What a process told last: the STATEMENT that follows belongs to it. */
const MOST_PROCESSES = 10_000;
/** What tells more of the message before it. */
const BELONGING = new Set(['DETAIL', 'HINT', 'CONTEXT', 'QUERY', 'LOCATION', 'BACKTRACE']);
const RUNNING = 'Failed process was running: ';

type Counted = Omit<LogGroup, 'first' | 'last' | 'who'> & { firstMs: number; lastMs: number; who: Map<string, number> };

/** Collects what entries tell: give `listen` to the reader and ask for the `excerpt` at its end. `plans` is given those of auto_explain. */
export function collectExcerpt(time: ExcerptTime, plans?: PlansInLog): ExcerptCollector {
  const normaliser = createNormaliser();
  const groups = new Map<string, Counted>();
  const lastOf = new Map<string, Counted>();
  const period = {
    fromMs: Date.parse(time.from),
    untilMs: Date.parse(time.until),
    offsetMs: time.utcOffsetSeconds * 1000,
  };
  const counts = { entries: 0, foreign: 0 };

  const shapeOf = (bytes: Buffer, start: number, end: number): string => {
    normaliser.fold(bytes, start, end);
    return normaliser.text().slice(0, LONGEST_STATEMENT);
  };
  /** csvlog and jsonlog have the statement in the entry itself. */
  const ownStatement = ({ bytes, start, prefix }: Entry): string | null => {
    const from = prefix.spans[PLACES.statement] ?? -1;
    return from < 0 ? null : shapeOf(bytes, start + from, start + (prefix.spans[PLACES.statement + 1] ?? from));
  };
  const belongs = (entry: Entry, start: number): void => {
    const group = lastOf.get(fieldOf(entry, 'pid'));
    if (group && group.statement === null) group.statement = shapeOf(entry.bytes, start, entry.end);
  };
  const listen: EntryListener = (bytes, start, message, end, prefix) => {
    const entry = { bytes, start, end, prefix };
    counts.entries += 1;
    if (prefix.severity === 'foreign') counts.foreign += 1;
    if (prefix.severity === 'STATEMENT') return belongs(entry, message);
    if (prefix.severity === 'DETAIL' && standsAt(bytes, message, end)) return belongs(entry, message + RUNNING.length);
    const told = kindOf(prefix.severity, bytes.toString('utf8', message, Math.min(end, message + LONGEST_MESSAGE)));
    const timeMs = (): number => timeOf(fieldOf(entry, 'time'), period.offsetMs);
    if (told === undefined) {
      if (prefix.severity === 'LOG') plans?.add(bytes, message, end, () => isoOf(timeMs()) ?? time.until);
      return forget(lastOf, entry);
    }
    const atMs = timeMs();
    if (atMs < period.fromMs || atMs > period.untilMs) return;
    const group = groupOf(groups, told);
    count(group, atMs, whoOf(entry));
    group.statement ??= ownStatement(entry);
    remember(lastOf, entry, group);
  };
  return { listen, excerpt: () => ({ ...shown(groups), ...counts }) };
}

type Entry = { bytes: Buffer; start: number; end: number; prefix: Fields };

function remember(lastOf: Map<string, Counted>, entry: Entry, group: Counted): void {
  if (lastOf.size >= MOST_PROCESSES) lastOf.clear();
  lastOf.set(fieldOf(entry, 'pid'), group);
}

/** A STATEMENT that follows belongs to what was told last, and that is nothing of ours. */
function forget(lastOf: Map<string, Counted>, entry: Entry): void {
  if (lastOf.size > 0 && !BELONGING.has(entry.prefix.severity)) lastOf.delete(fieldOf(entry, 'pid'));
}

function standsAt(bytes: Buffer, at: number, end: number): boolean {
  return end - at > RUNNING.length && bytes.toString('latin1', at, at + RUNNING.length) === RUNNING;
}

function groupOf(groups: Map<string, Counted>, { kind, text }: ToldKind): Counted {
  const key = `${kind} ${text}`;
  const known = groups.get(key);
  if (known) return known;
  // A strange log must not take the memory: what is beyond is counted as one of its kind.
  const name = groups.size < MOST_GROUPS ? text : 'others';
  const group = groups.get(`${kind} ${name}`) ?? {
    kind,
    message: name,
    count: 0,
    firstMs: Number.NaN,
    lastMs: Number.NaN,
    who: new Map<string, number>(),
    statement: null,
  };
  groups.set(`${kind} ${name}`, group);
  return group;
}

function count(group: Counted, atMs: number, who: string): void {
  group.count += 1;
  if (Number.isNaN(group.firstMs)) group.firstMs = atMs;
  group.lastMs = Number.isNaN(atMs) ? group.lastMs : atMs;
  if (who !== '' && (group.who.has(who) || group.who.size < MOST_WHO))
    group.who.set(who, (group.who.get(who) ?? 0) + 1);
}

function shown(groups: ReadonlyMap<string, Counted>): Pick<Excerpt, 'groups' | 'moreGroups'> {
  const all = [...groups.values()]
    .filter((group) => !isOwnRefusal(group))
    .toSorted((a, b) => logKinds.indexOf(a.kind) - logKinds.indexOf(b.kind) || b.count - a.count);
  return { groups: all.slice(0, SHOWN_GROUPS).map(groupShown), moreGroups: Math.max(0, all.length - SHOWN_GROUPS) };
}

/** A plan that we asked for and did not get is said where it was asked for, and is no trouble of the server. */
function isOwnRefusal({ kind, who, statement }: Counted): boolean {
  if (kind !== 'error' || statement === null || !/^(?:explain ?\(|prepare nightshift_why )/.test(statement))
    return false;
  return who.size > 0 && [...who.keys()].every((name) => name.startsWith('nightshift_'));
}

function groupShown({ firstMs, lastMs, who, ...group }: Counted): LogGroup {
  const ranked = [...who].toSorted((a, b) => b[1] - a[1]).slice(0, SHOWN_WHO);
  return { ...group, first: isoOf(firstMs), last: isoOf(lastMs), who: ranked.map(([name]) => name) };
}

function isoOf(ms: number): string | null {
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** Processes of the server itself have neither user nor database. */
function whoOf(entry: Entry): string {
  const known = [fieldOf(entry, 'user'), fieldOf(entry, 'database')].filter(
    (name) => name !== '' && name !== '[unknown]',
  );
  return known.join('@');
}

/** `2026-11-28 15:03:12.123 UTC`, or seconds since 1970. */
function timeOf(text: string, offsetMs: number): number {
  if (text[4] !== '-') return text === '' ? Number.NaN : Number(text) * 1000;
  const [day, clock = ''] = text.split(' ');
  return Date.parse(`${day}T${clock}Z`) - offsetMs;
}

const PLACES = Object.fromEntries(PREFIX_FIELDS.map((name, n) => [name, n * 2])) as Record<PrefixField, number>;

function fieldOf({ bytes, start, prefix }: Entry, name: PrefixField): string {
  const from = prefix.spans[PLACES[name]] ?? -1;
  return from < 0 ? '' : bytes.toString('utf8', start + from, start + (prefix.spans[PLACES[name] + 1] ?? from));
}
