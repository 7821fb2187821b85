/** A generator of numbers that gives the same for the same seed. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * A statement written once and twice: `again` is the same with other literals, other white space, another case of its keywords
 * and comments. Both are SQL that PostgreSQL reads.
 */
export type Pair = { first: string; again: string };

/** Pieces of a statement: words as they are, and `?` where each writing puts a literal of its own. */
type Draft = readonly string[];

/** So many statements over the grammar that applications use; the same for the same seed. */
export function corpus(count: number, seed: number): Pair[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const draft = draftOf(random);
    return { first: written(draft, random), again: written(draft, random) };
  });
}

type Random = (below: number) => number;

function pick<T>(from: readonly T[], random: Random): T {
  return from[random(from.length)] as T;
}

function several(random: Random, most: number, one: () => Draft): Draft {
  return Array.from({ length: 1 + random(most) }, (_, i) => (i === 0 ? one() : [',', ...one()])).flat();
}

const TABLES = ['orders', 'customers', 'items', 'public.log', '"Weird Name"'];
const COLUMNS = ['id', 'name', 'price', 'created_at', 'o.id', 'c.name', '"Mixed"', 'col_1'];

function draftOf(random: Random): Draft {
  switch (random(6)) {
    case 0:
      return insert(random);
    case 1:
      return ['update', pick(TABLES, random), 'set', ...several(random, 3, () => assignment(random)), ...where(random)];
    case 2:
      return ['delete', 'from', pick(TABLES, random), ...where(random), ...maybe(random, ['returning', '*'])];
    case 3:
      return ['with', 'x', 'as', '(', ...select(random), ')', 'select', '*', 'from', 'x', ...where(random)];
    default:
      return select(random);
  }
}

function maybe(random: Random, draft: Draft): Draft {
  return random(2) === 0 ? [] : draft;
}

function insert(random: Random): Draft {
  const columns = ['id', 'name', 'price'];
  const row = ['(', '?', ',', '?', ',', pick(['?', 'now()', 'default', 'null'], random), ')'];
  return [
    'insert',
    'into',
    pick(TABLES, random),
    '(',
    ...columns.flatMap((c, i) => (i ? [',', c] : [c])),
    ')',
    'values',
    ...row,
    ...maybe(random, ['on', 'conflict', 'do', 'nothing']),
  ];
}

function assignment(random: Random): Draft {
  const column = pick(['name', 'price', 'col_1'], random);
  return [
    column,
    '=',
    ...pick<Draft>([['?'], [column, '+', '?'], [column, '-', '?'], ['coalesce', '(', column, ',', '?', ')']], random),
  ];
}

function select(random: Random): Draft {
  const from = [
    'from',
    pick(TABLES, random),
    'o',
    ...maybe(random, [pick(['join', 'left join'], random), pick(TABLES, random), 'c', 'on', 'c.id', '=', 'o.id']),
  ];
  const group = maybe(random, ['group', 'by', pick(COLUMNS, random)]);
  const order = maybe(random, ['order', 'by', pick(COLUMNS, random), pick(['desc', 'asc nulls last', ''], random)]);
  return [
    'select',
    ...maybe(random, ['distinct']),
    ...several(random, 4, () => output(random)),
    ...from,
    ...where(random),
    ...group,
    ...order,
    ...maybe(random, ['limit', '?']),
    ...maybe(random, ['offset', '?']),
  ];
}

function output(random: Random): Draft {
  const column = pick(COLUMNS, random);
  return pick<Draft>(
    [
      [column],
      ['count(*)'],
      ['sum', '(', column, ')', 'as', 'total'],
      ['case', 'when', column, '>', '?', 'then', '?', 'else', '?', 'end'],
      [column, '->>', '?'],
      ['lower', '(', column, ')'],
      [column, '::', 'text'],
      [column, '||', '?'],
      ['row_number()', 'over', '(', 'partition', 'by', column, ')'],
      ['(', column, '*', '?', ')'],
    ],
    random,
  );
}

function where(random: Random): Draft {
  const joined = Array.from({ length: 1 + random(3) }, (_, i) => [
    ...(i === 0 ? [] : [pick(['and', 'or'], random)]),
    ...condition(random),
  ]);
  return random(4) === 0 ? [] : ['where', ...joined.flat()];
}

function condition(random: Random): Draft {
  const column = pick(COLUMNS, random);
  return pick<Draft>(
    [
      [column, pick(['=', '<', '>=', '<>'], random), '?'],
      [column, 'in', '(', '?…', ')'],
      [column, 'not in', '(', '?…', ')'],
      [column, 'between', '?', 'and', '?'],
      [column, 'like', '?'],
      [column, 'is not null'],
      ['exists', '(', 'select', '?', 'from', pick(TABLES, random), 'where', column, '=', '?', ')'],
      ['not', '(', column, '=', '?', ')'],
      [column, '@>', '?'],
    ],
    random,
  );
}

/** Literals that PostgreSQL reads anywhere where an expression stands. */
const LITERALS = [
  '1',
  '42',
  "'x'",
  "'it''s'",
  '1.5',
  "E'a\\'b'",
  '$$x$$',
  '1e10',
  '-7',
  "'%a%'",
  '$1',
  '0x1F'.slice(0, 1),
];
const BLANKS = [' ', '  ', '\n', '\t', ' /* why */ ', ' -- because\n'];

function written(draft: Draft, random: Random): string {
  const words = draft.map((word) => {
    if (word === '?') return pick(LITERALS, random);
    if (word === '?…')
      return Array.from({ length: 1 + random(5) }, () => pick(LITERALS, random)).join(pick([',', ', '], random));
    return word.includes('"') || random(3) > 0 ? word : word.toUpperCase();
  });
  return words
    .filter((word) => word !== '')
    .reduce((sql, word) => `${sql}${sql === '' ? '' : pick(BLANKS, random)}${word}`, '');
}
