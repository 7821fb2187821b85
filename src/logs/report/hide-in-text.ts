import { MESSAGE_WORDS } from './message-words.ts';
import type { NameKind, Pseudonyms } from './pseudonyms.ts';
import { SQL_WORDS } from './sql-words.ts';

export const IDENTIFIER = /"((?:[^"]|"")*)"?|[\p{L}_][\p{L}\p{N}_$]*/gu;
/** After these words a statement names a table. */
const BEFORE_TABLE = new Set(
  'from join into update table only truncate lock analyze vacuum copy references'.split(' '),
);

/** A normalised statement with pseudonyms in the place of its names; the words of SQL stay. */
export function hideInStatement(text: string, names: Pseudonyms): string {
  let before = '';
  return text.replaceAll(IDENTIFIER, (found: string, quoted: string | undefined, at: number) => {
    const small = found.toLowerCase();
    if (quoted === undefined && SQL_WORDS.has(small)) {
      before = small;
      return found;
    }
    const kind = kindIn(text, at + found.length, before);
    before = '';
    return names.of(kind, unquoted(quoted) ?? small);
  });
}

/** A name as it is stored. */
function unquoted(quoted: string | undefined): string | undefined {
  return quoted?.replaceAll('""', '"');
}

function kindIn(text: string, end: number, before: string): NameKind {
  if (BEFORE_TABLE.has(before)) return 't';
  return text[end] === '(' ? 'f' : 'c';
}

const KIND_OF: readonly [word: RegExp, kind: NameKind][] = [
  [/\b(?:relation|table|view|sequence|index)\s*$/, 't'],
  [/\b(?:column|constraint)\s*$/, 'c'],
  [/\b(?:role|user)\s*$/, 'r'],
  [/\bdatabase\s*$/, 'd'],
  [/\b(?:function|procedure)\s*$/, 'f'],
];

/**
 * A message without names: what is quoted, what statements call by that name, and every word that no message of the server is made of,
 * since a message that a function raises is free text.
 */
export function hideInMessage(text: string, names: Pseudonyms): string {
  return text.replaceAll(IDENTIFIER, (found: string, quoted: string | undefined, at: number) => {
    const kind = KIND_OF.find(([word]) => word.test(text.slice(0, at)))?.[1];
    if (quoted !== undefined) return quoted === '?' ? found : `"${hideDotted(quoted, kind ?? 'n', names)}"`;
    const isSqlState = at === 0 && /^[0-9A-Z]{5} /.test(text);
    return isSqlState || isSaid(found, kind, names) ? found : names.of(kind ?? 'n', found);
  });
}

/** Whether a word without quotes is one of the server's, and names nothing here. */
function isSaid(word: string, kind: NameKind | undefined, names: Pseudonyms): boolean {
  if (names.isKnown(word) || !isServersWord(word)) return false;
  return kind === undefined || COMMON.has(word);
}

/** Words of the server's events that its catalogue has only once or twice. */
const RARE = new Set('ready fast smart utc killed debian'.split(' '));

function isServersWord(word: string): boolean {
  const small = word.toLowerCase();
  return RARE.has(small) || MESSAGE_WORDS.has(small) || SQL_WORDS.has(small);
}

/** Behind `table` may stand the name of a table, or the rest of the sentence. */
const COMMON = new Set(
  'system systems does do is was are has in of to on for not and or with already name named cannot must at from if as by'.split(
    ' ',
  ),
);

/** `shop.public.orders`, part by part; what every database has stays. */
export function hideDotted(name: string, kind: NameKind, names: Pseudonyms): string {
  const parts = name.split('.');
  if (parts.includes('pg_catalog') || parts.includes('pg_toast')) {
    return parts.length === 3 ? [names.of('d', parts[0] ?? ''), ...parts.slice(1)].join('.') : name;
  }
  return parts
    .map((part, n) => {
      if (part === 'public') return part;
      return names.of(n === parts.length - 1 ? kind : parts.length === 3 && n === 0 ? 'd' : 'n', part);
    })
    .join('.');
}
