/** What a plan asks of one column; `alias` as the plan names its table. */
export type ColumnCondition = {
  alias: string;
  column: string;
  kind: 'equal' | 'range' | 'pattern' | 'null' | 'not-null' | 'join' | 'other';
  /** A function or a cast stands around the column: then a plain index on it does not help. */
  around: { kind: 'function' | 'cast'; name: string } | null;
  /** The other side, of a join: what it is compared with. */
  with: { alias: string; column: string } | null;
};

const NAME = String.raw`(?:"(?:[^"]|"")*"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const COLUMN = String.raw`(${NAME})\.(${NAME})`;
const TYPE = String.raw`(?:${NAME}\.)?${NAME}(?: ${NAME}){0,3}(?:\[\])?`;
const PLAIN = new RegExp(`^${COLUMN}$`);
const CAST = new RegExp(String.raw`^\(?${COLUMN}\)?::(${TYPE})(?:\(\d+(?:,\d+)?\))?$`);
const FUNCTION = new RegExp(String.raw`^((?:${NAME}\.)?${NAME})\((.*)\)$`, 's');
const IN_FUNCTION = new RegExp(String.raw`(?<![\w"$.])${COLUMN}(?![\w"(.])`);
const EXTRACT = new RegExp(String.raw`^EXTRACT\((?:.*) FROM (.*)\)$`, 's');
const OPERATOR = /^(=|<>|<=|>=|<|>|~~\*|~~|!~~\*|!~~|~\*|~|@>|<@|&&|\?)(?= |$)/;

/** Pure: the conditions of a plan's filter that stand alone, joined by AND; what is inside of OR and NOT is not one of them. */
export function conditionsIn(filter: string | undefined): ColumnCondition[] {
  return filter === undefined ? [] : conjuncts(filter).flatMap(conditionOf);
}

/** `((a.x = 1) AND (a.y > 2))`: its parts without their brackets. */
function conjuncts(text: string): string[] {
  const inner = unwrapped(text);
  const parts = splitAt(inner, ' AND ');
  return parts.length === 1 ? [inner] : parts.flatMap(conjuncts);
}

function conditionOf(text: string): ColumnCondition[] {
  const bare = new RegExp(String.raw`^(?:NOT )?${COLUMN}$`).exec(text);
  if (bare) return [{ ...columnOf(bare), kind: 'equal', around: null, with: null }];
  const nulls = /^(.*) IS (NOT )?NULL$/s.exec(text);
  if (nulls) return sided(unwrapped(nulls[1] ?? ''), nulls[2] === undefined ? 'null' : 'not-null', '');
  const found = comparison(text);
  if (!found) return [];
  const { left, operator, right } = found;
  const kind = kindOf(operator);
  const [a, b] = [sided(left, kind, right), sided(right, kind, left)];
  // A join asks something of both sides.
  return [...a, ...b];
}

function kindOf(operator: string): ColumnCondition['kind'] {
  if (operator === '=') return 'equal';
  if (['<', '>', '<=', '>='].includes(operator)) return 'range';
  return operator === '~~' ? 'pattern' : 'other';
}

function comparison(text: string): { left: string; operator: string; right: string } | undefined {
  const at = outside(text).find((place) => text.charAt(place - 1) === ' ' && OPERATOR.test(text.slice(place)));
  if (at === undefined) return undefined;
  const [, operator = ''] = OPERATOR.exec(text.slice(at)) ?? [];
  const right = text.slice(at + operator.length).trim();
  return right.startsWith('ALL ') ? undefined : { left: text.slice(0, at).trim(), operator, right };
}

/** The places that stand in no brackets and in no quotes. */
function outside(text: string): number[] {
  const places: number[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "'" || sign === '"') at = endOfQuoted(text, at);
    else if ('(['.includes(sign)) depth += 1;
    else if (')]'.includes(sign)) depth -= 1;
    else if (depth === 0) places.push(at);
  }
  return places;
}

/** The condition that one side puts on a column, where it is about one. */
function sided(side: string, kind: ColumnCondition['kind'], other: string): ColumnCondition[] {
  const text = unwrapped(side);
  const opposite = PLAIN.exec(unwrapped(other));
  const partner = opposite ? columnOf(opposite) : null;
  const joined = partner && kind === 'equal' ? ('join' as const) : kind;
  const plain = PLAIN.exec(text);
  if (plain) return [{ ...columnOf(plain), kind: joined, around: null, with: partner }];
  const cast = CAST.exec(text);
  if (cast) return [{ ...columnOf(cast), kind: joined, around: { kind: 'cast', name: cast[3] ?? '' }, with: partner }];
  return inFunction(text, joined, partner);
}

function inFunction(text: string, kind: ColumnCondition['kind'], partner: ColumnCondition['with']): ColumnCondition[] {
  const withoutCast = /^(.*)::[\w ]+$/s.exec(text)?.[1] ?? text;
  const inner = unwrapped(withoutCast);
  const [, extracted] = EXTRACT.exec(inner) ?? [];
  const [, name = 'EXTRACT', args = extracted ?? ''] = extracted === undefined ? (FUNCTION.exec(inner) ?? []) : [];
  const body = extracted ?? args;
  const column = IN_FUNCTION.exec(body);
  if (!column || body === '') return [];
  return [{ ...columnOf(column), kind, around: { kind: 'function', name: functionText(name, body) }, with: partner }];
}

/** `lower(email)` where the column is all that it is given; else only its name, because values may stand beside. */
function functionText(name: string, body: string): string {
  const column = new RegExp(String.raw`^\(?${COLUMN}\)?(?:::${TYPE})?$`).exec(body.trim());
  return column ? `${name}(${column[2]})` : `${name}(…)`;
}

function columnOf(found: RegExpExecArray): { alias: string; column: string } {
  return { alias: unquoted(found[1] ?? ''), column: unquoted(found[2] ?? '') };
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** Without the brackets around all of it. */
function unwrapped(text: string): string {
  let inner = text.trim();
  while (inner.startsWith('(') && closing(inner) === inner.length - 1) inner = inner.slice(1, -1).trim();
  return inner;
}

function closing(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === "'" || sign === '"') at = endOfQuoted(text, at);
    else if (sign === '(') depth += 1;
    else if (sign === ')' && (depth -= 1) === 0) return at;
  }
  return -1;
}

function splitAt(text: string, word: string): string[] {
  const starts = outside(text).filter((place) => text.startsWith(word, place));
  return [...starts, text.length].map((end, n) => text.slice(n === 0 ? 0 : (starts[n - 1] ?? 0) + word.length, end));
}

function endOfQuoted(text: string, at: number): number {
  const quote = text.charAt(at);
  let end = text.indexOf(quote, at + 1);
  while (end >= 0 && text.charAt(end + 1) === quote) end = text.indexOf(quote, end + 2);
  return end < 0 ? text.length : end;
}

/** Pure: the column of a sort key, where it is a plain one, and whether it goes down. */
export function sortColumn(key: string): { alias: string; column: string; descending: boolean } | undefined {
  const found = new RegExp(String.raw`^${COLUMN}( DESC)?(?: NULLS (?:FIRST|LAST))?$`).exec(key.trim());
  return found ? { ...columnOf(found), descending: found[3] !== undefined } : undefined;
}
