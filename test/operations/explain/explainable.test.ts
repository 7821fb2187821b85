import { describe, expect, it } from 'vitest';
import { explainable } from '../../../src/operations/explain/explainable.ts';
import { readPart } from '../../../src/operations/explain/read-part.ts';
import { namesIn } from '../../../src/operations/explain/named-tables.ts';

const refused = (text: string) => {
  const said = explainable(text);
  return 'reason' in said ? said.reason : said.sql;
};

describe('what is put behind EXPLAIN', () => {
  it.each([
    'select 1; drop table orders',
    'select 1;; delete from orders',
    'select $1 /* ; */ ; select 2',
    'select 1 -- a\r; drop table orders',
  ])('is one statement, not %s', (text) => {
    expect(refused(text)).toBe('it is a chain of several statements');
  });

  it.each([
    `select E'\\'; drop table orders --'`,
    `select 'a\\'; drop table orders --'`,
    'select $$a$$',
    `select 'not closed`,
    'select 1 /* not closed',
    'select (1',
  ])('has literals that end for sure, not %s', (text) => {
    expect(refused(text)).toMatch(/^its text is cut off/);
  });

  it.each([
    'vacuum orders',
    'do $x$ begin end $x$',
    'explain select 1',
    'copy orders to stdout',
    'set work_mem to 1',
    '',
  ])('reads or writes rows, not %s', (text) => {
    expect(explainable(text)).toHaveProperty('reason');
  });

  it('may end with a semicolon, stand in brackets and hold signs in its literals', () => {
    expect(refused(`(select ';' from "a;b" where x = $1);`)).toBe(`(select ';' from "a;b" where x = $1)`);
  });

  it('has its parameters where the grammar takes them, numbered without gaps', () => {
    expect(refused('select now() - interval $2, date $1, $2::date, extract($3 from now())')).toBe(
      'select now() - ($1)::interval, ($2)::date, $1::date, extract(epoch from now())',
    );
    expect(explainable('select $7, $3, $7')).toEqual({ sql: 'select $1, $2, $1', verb: 'select', parameters: 2 });
  });

  it('knows the verb behind WITH', () => {
    expect(explainable('with a as (select 1) update t set x = $1')).toMatchObject({ verb: 'update' });
    expect(explainable('with a as (delete from t returning 1) select * from a')).toMatchObject({ verb: 'select' });
  });
});

describe('the part of a write that reads', () => {
  it.each([
    ['delete from orders where id = $1 returning id', 'delete', 'select from orders where id = $1'],
    ['delete from only a x using b where x.id = b.id', 'delete', 'select from only a x, b where x.id = b.id'],
    ['update a x set n = (select 1 from c) from b where x.id = b.id', 'update', 'select from a x, b where x.id = b.id'],
    ['update a set n = $1', 'update', 'select from a'],
    [
      'select a from (select 1 for update) b for no key update skip locked',
      'select',
      'select a from (select 1 for update) b',
    ],
    ['insert into a (x) select y from b where z = $1 on conflict do nothing', 'insert', 'select y from b where z = $1'],
    [
      'with b as (select 1 as id) delete from a where id = $1',
      'delete',
      'with b as (select 1 as id) select from a where id = $1',
    ],
  ] as const)('%s', (sql, verb, part) => {
    expect(readPart(sql, verb)?.trim()).toBe(part);
  });

  it.each([
    ['insert into a values ($1)', 'insert'],
    ['delete from a where current of c', 'delete'],
    ['merge into a using b on true when matched then delete', 'merge'],
    ['with b as (delete from c returning id) delete from a using b', 'delete'],
  ] as const)('there is none of %s', (sql, verb) => {
    expect(readPart(sql, verb)).toBeUndefined();
  });
});

describe('the tables that a text names', () => {
  it('stand after the words that come before a table', () => {
    expect(namesIn('select a, b from Orders o, "S p".t join only x.y on true where exists (select from z)')).toEqual([
      { schema: null, table: 'b' },
      { schema: null, table: 'orders' },
      { schema: 'S p', table: 't' },
      { schema: null, table: 'only' },
      { schema: 'x', table: 'y' },
      { schema: null, table: 'z' },
    ]);
  });
});
