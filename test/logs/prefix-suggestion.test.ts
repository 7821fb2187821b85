import { expect, test } from 'vitest';
import { suggestPrefix } from '../../src/logs/prefix-suggestion.ts';

const suggest = (...lines: string[]) => suggestPrefix(lines.map((line) => Buffer.from(line)));
const TIME = '2026-11-28 15:03:20';

test('suggests the prefix that begins most lines, and of two that do the one that says more', () => {
  expect(suggest(`${TIME} UTC:[local]:app@shop:[7]:LOG:  x`, '\tgoes on', `${TIME} UTC::@:[7]:LOG:  x`)).toEqual({
    prefix: '%t:%r:%u@%d:[%p]:',
    matched: 2,
  });
  expect(suggest(`${TIME}.123 UTC [7] app@shop LOG:  x`, `${TIME}.123 UTC [8] LOG:  y`)).toEqual({
    prefix: '%m [%p] %q%u@%d ',
    matched: 2,
  });
  expect(suggest(`${TIME} UTC [7]: [3-1] user=app,db=shop,app=psql,client=10.0.0.7 ERROR:  x`)?.prefix).toBe(
    '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
  );
});

test('suggests nothing for a log that is not of PostgreSQL', () => {
  expect(suggest('127.0.0.1 - - [28/Nov/2026] "GET / HTTP/1.1" 200', '')).toBeUndefined();
});
