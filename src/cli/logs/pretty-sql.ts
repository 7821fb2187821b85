/** A line of a statement: how deep it stands, and its words. */
export type SqlLine = { depth: number; text: string };

const CLAUSES = new Set(
  'select where group order having limit offset fetch returning union intersect except values set window with and or'.split(
    ' ',
  ),
);
/** A word before a join belongs to its line. */
const BEFORE_JOIN = new Set(['left', 'right', 'full', 'inner', 'cross', 'natural']);
const KEYWORDS = new Set(
  (
    'select from where group by order having limit offset fetch returning union intersect except all values set on conflict do nothing ' +
    'window with recursive insert into update delete for share join left right full inner outer cross natural lateral using and or not ' +
    'in is null between like ilike as distinct case when then else end exists any asc desc nulls first last over partition filter begin ' +
    'conflict commit rollback create alter drop table index view copy vacuum analyze truncate lock only if primary key add column default'
  ).split(' '),
);

const TOKEN = /"(?:[^"]|"")*"|[(),;]|[^\s(),;"]+/g;
const SUBQUERY = new Set(['select', 'with', 'values', 'insert', 'update', 'delete']);

type Writing = {
  lines: SqlLine[];
  words: string;
  depth: number;
  /** Of each open bracket whether it is a list, or where its line began when a subquery stands in it. */
  open: ({ depth: number; lead: string } | 'list')[];
  isBetween: boolean;
};

/** Pure: a normalised statement in lines, broken at its clauses and around subqueries; the words stay as they are. */
export function prettySql(text: string): SqlLine[] {
  const tokens = text.match(TOKEN) ?? [];
  const writing: Writing = { lines: [], words: '', depth: 0, open: [], isBetween: false };
  for (const [n, token] of tokens.entries()) write(writing, token, tokens[n + 1] ?? '', tokens[n - 1] ?? '');
  newLine(writing);
  return writing.lines;
}

function write(writing: Writing, token: string, next: string, before: string): void {
  if (token === '(') openBracket(writing, next, before);
  else if (token === ')') closeBracket(writing);
  else if (token === ',') writing.words += token;
  else if (token === ';') {
    writing.words += token;
    newLine(writing);
  } else writeWord(writing, token, next, before);
}

function writeWord(writing: Writing, token: string, next: string, before: string): void {
  const isConjunction = token === 'and' || token === 'or';
  if (writing.open.at(-1) !== 'list' && breaksBefore(token, next, before) && !(token === 'and' && writing.isBetween))
    newLine(writing);
  if (writing.words === '') writing.words = isConjunction ? `  ${token}` : token;
  else writing.words += writing.words.endsWith('(') ? token : ` ${token}`;
  if (token === 'between') writing.isBetween = true;
  else if (token === 'and') writing.isBetween = false;
}

/** Words that begin a line only before, or not after, certain others. */
const AFTER: Readonly<Record<string, ReadonlySet<string>>> = {
  on: new Set(['conflict']),
  for: new Set(['update', 'share', 'no', 'key']),
  ...Object.fromEntries([...BEFORE_JOIN].map((word) => [word, new Set(['join', 'outer'])])),
};
const NOT_BEHIND: Readonly<Record<string, ReadonlySet<string>>> = {
  join: new Set([...BEFORE_JOIN, 'outer']),
  from: new Set(['distinct', 'delete']),
};

function breaksBefore(token: string, next: string, before: string): boolean {
  if (before === '') return false;
  const wanted = AFTER[token];
  if (wanted !== undefined) return wanted.has(next);
  const unwanted = NOT_BEHIND[token];
  if (unwanted !== undefined) return !unwanted.has(before);
  return CLAUSES.has(token);
}

function openBracket(writing: Writing, next: string, before: string): void {
  const isCall =
    writing.words === '' || writing.words.endsWith('(') || (/[\w"]$/.test(before) && !KEYWORDS.has(before));
  writing.words += isCall ? '(' : ' (';
  if (!SUBQUERY.has(next)) {
    writing.open.push('list');
    return;
  }
  const lead = writing.words.startsWith(' ') ? '  ' : '';
  writing.open.push({ depth: writing.depth, lead });
  newLine(writing);
  writing.depth += lead === '' ? 1 : 2;
}

function closeBracket(writing: Writing): void {
  const opened = writing.open.pop();
  if (opened !== undefined && opened !== 'list') {
    newLine(writing);
    writing.depth = opened.depth;
    writing.words = opened.lead;
  }
  writing.words += ')';
}

function newLine(writing: Writing): void {
  if (writing.words.trim() !== '') writing.lines.push({ depth: writing.depth, text: writing.words });
  writing.words = '';
}

export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}
