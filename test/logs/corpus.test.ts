import { fingerprint } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { createNormaliser } from '../../src/logs/normalise/statement.ts';
import { corpus } from './corpus.ts';

const STATEMENTS = 1_500;
const normaliser = createNormaliser();
const pairs = corpus(STATEMENTS, 20_261_128);
/** What libpg-query counts as one, by our shape, and the other way round. */
const printsOf = new Map<string, Set<string>>();
const shapesOf = new Map<string, Set<string>>();

beforeAll(async () => {
  for (const sql of pairs.flatMap(({ first, again }) => [first, again])) {
    const [shape, print] = [shapeOf(sql), await fingerprint(sql)];
    printsOf.set(shape, (printsOf.get(shape) ?? new Set()).add(print));
    shapesOf.set(print, (shapesOf.get(print) ?? new Set()).add(shape));
  }
});

function shapeOf(sql: string): string {
  const bytes = Buffer.from(sql);
  normaliser.fold(bytes, 0, bytes.length);
  return normaliser.text();
}

test('a statement with other literals, blanks, comments and capitals has the same shape', () => {
  for (const { first, again } of pairs) expect(shapeOf(again), `${first}\n${again}`).toBe(shapeOf(first));
});

test('statements of one shape are one statement to libpg-query, without exception', () => {
  expect(printsOf.size).toBeGreaterThan(1_000);
  expect([...printsOf].filter(([, prints]) => prints.size > 1)).toEqual([]);
});

test('what is one statement to libpg-query has one shape, but for three things that we show apart', () => {
  const apart = [...shapesOf.values()].filter((shapes) => shapes.size > 1);
  for (const shapes of apart)
    expect(new Set([...shapes].map(withoutWhatWeShowApart)).size, [...shapes].join('\n')).toBe(1);
  expect(apart.length).toBeGreaterThan(0);
  expect(apart.length).toBeLessThan(shapesOf.size / 50);
});

/**
 * libpg-query takes NULL, DEFAULT and a literal in VALUES for one, = and IN (their plans differ), and the assignments of an UPDATE
 * in any order and number.
 */
function withoutWhatWeShowApart(shape: string): string {
  return shape
    .replaceAll(/values\((?:[^()]|\([^()]*\))*\)/g, 'values')
    .replaceAll(/ in\(\?\)/g, ' = ?')
    .replace(
      / set (.*?)(?= where |$)/,
      (_, list: string) => ` set ${[...new Set(assignments(list))].toSorted().join()}`,
    );
}

/** Splits at the commas that stand in no brackets. */
function assignments(list: string): string[] {
  return list.split(/, (?![^()]*\))/);
}
