/** A line of a statement: how deep it stands, and its words. */
export type SqlLine = { depth: number; text: string };

const CLAUSES = new Set(
  'select from where group order having limit offset fetch returning union intersect except values set on window with insert update delete for'.split(
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
  if (token === '(') return openBracket(writing, next, before);
  if (token === ')') return closeBracket(writing);
  if (token === ',' || token === ';') {
    writing.words += token;
    if (token === ';') newLine(writing);
    return;
  }
  if (breaksBefore(writing, token, next, before)) newLine(writing);
  const isJoint = writing.words === '' || writing.words.endsWith('(');
  const indent = writing.words === '' && (token === 'and' || token === 'or') ? '  ' : '';
  writing.words += `${isJoint ? indent : ' '}${token}`;
  if (token === 'between') writing.isBetween = true;
  else if (token === 'and') writing.isBetween = false;
}

function breaksBefore({ open, isBetween }: Writing, token: string, next: string, before: string): boolean {
  if (open.at(-1) === 'list') return false;
  if (token === 'and') return !isBetween;
  if (token === 'or' || BEFORE_JOIN.has(token))
    return token === 'or' || next === 'join' || next === 'outer' || next === 'lateral';
  if (token === 'join') return !BEFORE_JOIN.has(before) && before !== 'outer';
  if (token === 'on') return next === 'conflict';
  if (token === 'for') return next === 'update' || next === 'share' || next === 'no' || next === 'key';
  if (token === 'from') return before !== 'distinct' && before !== 'delete';
  if (token === 'update' || token === 'delete' || token === 'insert') return false;
  return CLAUSES.has(token) && before !== '';
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
