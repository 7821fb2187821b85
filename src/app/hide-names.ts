import type { Json } from '../core/json.ts';
import { hashedNames, type HashedNames, type KnownNames } from '../logs/report/hashed-names.ts';
import { hideInMessage, hideInStatement, IDENTIFIER } from '../logs/report/hide-in-text.ts';
import { PLAN_WORDS } from '../logs/report/plan-words.ts';

/** Of names: those that there are, and those that stay. */
export type Names = { known: KnownNames; kept: ReadonlySet<string> };

/** Words of ours, of the server and of the config: they decide something, or say who it is. */
const UNTOUCHED = new Set(
  'kind state sure engine severity code backendType application applications member id shape hash position walStatus tags'.split(
    ' ',
  ),
);
/** By field: texts that are of one language as a whole, so that whatever is no word of it is a name. */
const WHOLE: { readonly [key: string]: (text: string, names: HashedNames, odd: Odd) => string } = {
  text: hideInStatement,
  query: hideInStatement,
  statement: hideInStatement,
  statements: hideInStatement,
  sql: hideInStatement,
  what: hideInShare,
  lines: hideInPlan,
  message: hideInMessage,
  who: hideInLogin,
};

/** Pure: what a room found, or what was kept of it, with pseudonyms in the place of names. Twice gives the same as once. */
export function hideNames<R extends Json>(result: R, { known, kept }: Names): R {
  const names = hashedNames(known, kept);
  const odd = oddNames(known, kept);
  // First what is whole: what a statement calls by a name, as an alias, is a name in every sentence about it.
  const shown = walk(result, '', (text, key) => WHOLE[key]?.(text, names, odd) ?? text);
  return walk(shown, '', (text, key) => (key in WHOLE ? text : hideInProse(text, names, odd))) as R;
}

/** The message of a fault, in which whatever is quoted is a name. */
export function hideInFault(message: string, { known, kept }: Names): string {
  const names = hashedNames(known, kept);
  return hideInProse(message, names, oddNames(known, kept)).replaceAll(/"((?:[^"]|"")+)"/g, (found, name: string) =>
    name === '?' ? found : `"${names.of('n', name)}"`,
  );
}

function walk(value: Json, key: string, hide: (text: string, key: string) => string): Json {
  if (UNTOUCHED.has(key)) return value;
  if (typeof value === 'string') return hide(value, key);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((one) => walk(one, key, hide));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name, hide)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Part of a load that a cloud recorded: what sessions wait for, or a statement. */
function hideInShare(text: string, names: HashedNames): string {
  const isStatement = /^(?:select|insert|update|delete|merge|with|call|copy|create|alter|drop)\s/i.test(text);
  return isStatement ? hideInStatement(text, names) : text;
}

function hideInPlan(line: string, names: HashedNames, odd: Odd): string {
  return withoutOdd(line, names, odd).replaceAll(IDENTIFIER, (found) =>
    PLAN_WORDS.has(found) ? found : hideInStatement(found, names),
  );
}

/** `app@shop`. */
function hideInLogin(text: string, names: HashedNames): string {
  const [role = '', database] = text.split('@');
  return [role && names.of('r', role), ...(database === undefined ? [] : [names.of('d', database)])].join('@');
}

/** A sentence, or a name alone. A word is hidden where it is known and no ordinary one, or is marked as a name by a dot or quotes. */
function hideInProse(text: string, names: HashedNames, odd: Odd): string {
  const plain = withoutOdd(text, names, odd);
  return plain.replaceAll(IDENTIFIER, (found: string, quoted: string | undefined, at: number) => {
    const name = quoted?.replaceAll('""', '"') ?? found;
    const isMarked = quoted !== undefined || isPartOfName(plain, at, at + found.length);
    return names.isKnown(name) || (isMarked && names.has(name)) ? names.of('n', name) : found;
  });
}

/** Whether it is joined to another word by a dot, or stands between backticks. */
function isPartOfName(text: string, start: number, end: number): boolean {
  const isDotted =
    /[\p{L}\p{N}_"]\.$/u.test(text.slice(Math.max(0, start - 2), start)) ||
    /^\.[\p{L}_"]/u.test(text.slice(end, end + 2));
  return isDotted || (text[start - 1] === '`' && text[end] === '`');
}

/** Names that are no identifiers: the server says them with quotes or without. */
type Odd = RegExp | undefined;

function withoutOdd(text: string, names: HashedNames, odd: Odd): string {
  if (!odd) return text;
  return text.replaceAll(odd, (_, quoted: string | undefined, plain = '') =>
    names.of('n', quoted?.replaceAll('""', '"') ?? plain),
  );
}

function oddNames(known: KnownNames, kept: ReadonlySet<string>): Odd {
  const odd = [...known.keys()].filter(
    (name) => !/^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name) && name.length > 2 && !kept.has(name),
  );
  if (odd.length === 0) return undefined;
  const longestFirst = odd.toSorted((a, b) => b.length - a.length);
  const either = longestFirst.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return new RegExp(`"(${either.replaceAll('"', '""')})"|(${either})`, 'gu');
}
