import { compilePrefix } from '../prefix.ts';

/** A log_line_prefix that was made from the lines of a log, and how many of them begin with it. */
export type Guess = { prefix: string; matched: number };

/** What stands before a message: the prefix, with values in the place of its escapes. */
const HEAD =
  /^(.{0,300}?)(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION): {2}/;
const MOST_HEADS = 400;
const MOST_TRIED = 12;

/**
 * Makes prefixes from what stands before the messages of a log, tries them on its lines and gives the best one. What a name without a
 * word before it is, user, database or application, is taken from the usual order. undefined: no line looks like one of a server's.
 */
export function guessPrefix(lines: readonly Uint8Array[]): Guess | undefined {
  const heads = lines.flatMap((line) => HEAD.exec(Buffer.from(line).toString('utf8'))?.[1] ?? []).slice(0, MOST_HEADS);
  const made = Map.groupBy(heads.map(patternOf), ({ skeleton }) => skeleton);
  const found = [...made.values()].toSorted((a, b) => b.length - a.length).map(textOf);
  const tried = [...new Set([...found, ...found.flatMap((long) => withSessionPart(long, found))])].slice(0, MOST_TRIED);
  return tried
    .map((prefix) => ({ prefix, matched: matchedBy(prefix, lines) }))
    .filter(({ prefix, matched }) => matched > 0 && /%[mtns]/.test(prefix))
    .toSorted((a, b) => b.matched - a.matched || b.prefix.length - a.prefix.length)[0];
}

/** How many lines begin with a prefix. */
export function matchedBy(text: string, lines: readonly Uint8Array[]): number {
  const prefix = compilePrefix(text);
  return lines.filter((line) => prefix.match(line, 0, line.length) >= 0 && prefix.severity !== 'foreign').length;
}

/** Processes without a session write only the beginning of the prefix where it has a %q. */
function withSessionPart(long: string, all: readonly string[]): string[] {
  return all
    .filter((short) => short.length > 0 && short.length < long.length && long.startsWith(short))
    .map((short) => `${short}%q${long.slice(short.length)}`);
}

/** A head in pieces; `words` are those whose meaning their place alone tells, `null` in the pieces. */
type Pattern = { skeleton: string; pieces: (string | null)[]; words: string[] };

type Rule = [pattern: RegExp, piece: (found: RegExpExecArray, used: ReadonlySet<string>) => string | null];

/** The words that people write before the escapes of a prefix. */
const WORDS_OF: readonly [escape: string, words: string][] = [
  ['%u', 'user usr username role'],
  ['%d', 'db database dbname'],
  ['%a', 'app application application_name appname'],
  ['%h', 'client host remote ip'],
  ['%p', 'pid'],
  ['%c', 'session sess'],
  ['%l', 'line l'],
  ['%x', 'xid txid tx'],
  ['%v', 'vxid vtx'],
  ['%e', 'sqlstate state err error code'],
  ['%Q', 'qid queryid query_id'],
  ['%b', 'type'],
];
const KEYS = new Map(WORDS_OF.flatMap(([escape, words]) => words.split(' ').map((word) => [word, escape] as const)));
const VALUE = String.raw`(\[unknown\]|\[local\]|[^\s,;|\])]*)`;
const first = (used: ReadonlySet<string>, ...escapes: string[]): string =>
  escapes.find((escape) => !used.has(escape)) ?? (escapes.at(-1) as string);

const RULES: readonly Rule[] = [
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [\w+-]+/, () => '%m'],
  [/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [\w+-]+/, (_, used) => first(used, '%t', '%s')],
  [/^\d{10}\.\d{3}\b/, () => '%n'],
  [new RegExp(`^(${[...KEYS.keys()].join('|')})([=:] ?)${VALUE}`, 'i'), keyed],
  [/^(?:\[unknown\]|[^\s@[\]|,;:=]*)@(?:\[unknown\]|[^\s@\]|,;:=/]*)/, () => '%u@%d'],
  [/^(?:\[local\]|[\w.:-]+\(\d+\))/, () => '%r'],
  [/^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/, () => '%h'],
  [/^[0-9a-f]{8}\.[0-9a-f]{1,8}\b/, () => '%c'],
  [/^\d+\/\d+\b/, () => '%v'],
  [/^(?=[0-9A-Z]*\d)[0-9A-Z]{5}\b(?<=\d[0-9A-Z]{0,4})(?<!^[1-9]\d{4})/, () => '%e'],
  [/^\d+(?![\w.])/, (_, used) => first(used, '%p', '%l', '%x')],
  [
    /^(?:client backend|autovacuum (?:worker|launcher)|checkpointer|background writer|walwriter|postmaster|parallel worker|walsender)/,
    () => '%b',
  ],
  [/^(?:\[unknown\]|[A-Za-z_][\w.-]*)/, () => null],
  [/^%/, () => '%%'],
];

function keyed([found, key = '', sign = '']: RegExpExecArray): string {
  const escape = KEYS.get(key.toLowerCase()) ?? '%a';
  return `${key}${sign}${escape === '%h' && /\(\d+\)$|\[local\]$/.test(found) ? '%r' : escape}`;
}

function patternOf(head: string): Pattern {
  const pieces: (string | null)[] = [];
  const words: string[] = [];
  const used = new Set<string>();
  for (let rest = head; rest !== '';) {
    const [found, piece] = pieceAt(rest, used);
    pieces.push(piece);
    if (piece === null) words.push(found);
    for (const [escape] of (piece ?? '').matchAll(/%\w/g)) used.add(escape);
    rest = rest.slice(found.length);
  }
  return { skeleton: pieces.map((piece) => piece ?? '\0').join(''), pieces, words };
}

function pieceAt(rest: string, used: ReadonlySet<string>): [found: string, piece: string | null] {
  for (const [pattern, piece] of RULES) {
    const found = pattern.exec(rest);
    if (found && found[0] !== '') return [found[0], piece(found, used)];
  }
  return [rest.charAt(0), rest.charAt(0)];
}

/** The same word in every line is a part of the prefix; different words are values. */
function textOf(alike: readonly Pattern[]): string {
  const used = new Set([...(alike[0]?.skeleton ?? '').matchAll(/%\w/g)].map(([escape]) => escape));
  let place = 0;
  return (alike[0]?.pieces ?? [])
    .map((piece) => {
      if (piece !== null) return piece;
      const seen = new Set(alike.map(({ words }) => words[place]));
      place++;
      if (seen.size === 1) return [...seen][0] ?? '';
      const escape = first(used, '%u', '%d', '%a', '%h');
      used.add(escape);
      return escape;
    })
    .join('');
}
