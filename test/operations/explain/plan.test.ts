import { describe, expect, it } from 'vitest';
import { conditionsIn, sortColumn } from '../../../src/operations/explain/conditions.ts';
import { nodesOf, readPlan } from '../../../src/operations/explain/plan.ts';
import { planHash } from '../../../src/operations/explain/plan-hash.ts';
import { planLines } from '../../../src/operations/explain/plan-lines.ts';

const scan = (relation: string, cost: number, more: object = {}) => ({
  'Node Type': 'Seq Scan',
  'Relation Name': relation,
  Alias: relation,
  'Total Cost': cost,
  'Plan Rows': 100,
  ...more,
});
const planOf = (plan: object) => readPlan([{ Plan: plan }]);

describe('the conditions of a plan', () => {
  const of = (filter: string) =>
    conditionsIn(filter).map(({ column, kind, around }) => [column, kind, around?.name ?? null]);

  it.each([
    ['(a.x = $1)', [['x', 'equal', null]]],
    [
      '((a.x = $1) AND (a."Y z" > 3) AND (a.z IS NULL))',
      [
        ['x', 'equal', null],
        ['Y z', 'range', null],
        ['z', 'null', null],
      ],
    ],
    ['(($1)::text = (a.x)::text)', [['x', 'equal', 'text']]],
    ['(lower((a.email)::text) = $1)', [['email', 'equal', 'lower(email)']]],
    [`(date_trunc('day'::text, a.at) = $1)`, [['at', 'equal', 'date_trunc(…)']]],
    ['((a.id)::numeric = $1)', [['id', 'equal', 'numeric']]],
    ['(a.x ~~ $1)', [['x', 'pattern', null]]],
    ['(a.x = ANY ($1))', [['x', 'equal', null]]],
    ['((a.x = 1) OR (a.y = 2))', []],
    ['(NOT (a.x = 1))', []],
    [`(a.x = ' AND (b.y = 1)'::text)`, [['x', 'equal', null]]],
    ['(EXTRACT(year FROM a.at) = $1)', [['at', 'equal', 'EXTRACT(at)']]],
  ])('of %s', (filter, expected) => {
    expect(of(filter)).toEqual(expected);
  });

  it('name both sides of a join', () => {
    expect(conditionsIn('(o.customer_id = c.id)')).toMatchObject([
      { alias: 'o', column: 'customer_id', kind: 'join', with: { alias: 'c', column: 'id' } },
      { alias: 'c', column: 'id', kind: 'join' },
    ]);
  });

  it('read the column of a sort key', () => {
    expect(sortColumn('o.created_at DESC NULLS LAST')).toEqual({ alias: 'o', column: 'created_at', descending: true });
    expect(sortColumn('(lower(o.name))')).toBeUndefined();
  });
});

describe('the costs of a plan', () => {
  it('give each node what it adds itself, and a Limit only what it lets its child do', () => {
    const { root } = planOf({
      'Node Type': 'Limit',
      'Total Cost': 10,
      'Plan Rows': 1,
      Plans: [{ 'Node Type': 'Sort', 'Total Cost': 100, 'Plan Rows': 9, Plans: [scan('a', 60)] }],
    });
    expect(nodesOf(root).map(({ type, ownCost }) => [type, ownCost])).toEqual([
      ['Limit', 0],
      ['Sort', 0],
      ['Seq Scan', 10],
    ]);
  });

  it('count the inner side of a nested loop once a row of the outer side', () => {
    const { root } = planOf({
      'Node Type': 'Nested Loop',
      'Total Cost': 1000,
      'Plan Rows': 1,
      Plans: [
        scan('a', 50, { 'Parent Relationship': 'Outer', 'Plan Rows': 90 }),
        scan('b', 10, { 'Parent Relationship': 'Inner' }),
      ],
    });
    expect(nodesOf(root).map(({ ownCost }) => ownCost)).toEqual([50, 50, 900]);
  });
});

describe('the drawing of a plan', () => {
  const wide = planOf({
    'Node Type': 'Append',
    'Total Cost': 2100,
    'Plan Rows': 1_500_000,
    Plans: Array.from({ length: 20 }, (_, n) =>
      scan(`a_partition_with_a_name_that_is_long_enough_to_be_cut_${n}`, 100 + n, {
        Filter: `(a.x = 'secret-${n}'::text)`,
      }),
    ),
  });

  it('has at most 12 lines of at most 60 characters, and marks what costs most', () => {
    const lines = planLines(wide);
    expect(lines.length).toBe(12);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.startsWith('▶'))).toHaveLength(1);
    expect(lines.at(-1)).toBe('  … and 11 cheaper steps');
  });

  it('shows no value', () => {
    expect(planLines(wide).join('\n')).not.toContain('secret');
  });
});

describe('the hash of a plan', () => {
  const hash = (plan: object) => planHash(planOf(plan).root);

  it('is the same whatever the costs, rows and values are', () => {
    expect(hash(scan('a', 1, { Filter: '(a.x = 1)' }))).toBe(
      hash(scan('a', 9, { 'Plan Rows': 7, Filter: '(a.x = $1)' })),
    );
  });

  it('is another for another way to read the same table', () => {
    expect(hash(scan('a', 1))).not.toBe(hash({ ...scan('a', 1), 'Node Type': 'Index Scan', 'Index Name': 'a_idx' }));
  });
});
