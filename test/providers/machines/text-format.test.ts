import { expect, test } from 'vitest';
import { numberOf, parseText } from '../../../src/providers/node-exporter/text-format.ts';

const all = () => true;

test('a line has a name, labels, a value, and perhaps a time', () => {
  const text = 'up 1\nrequests_total{method="post",code="200"} 1027 1395066363000\nbytes{a="1",} 1.5e+09\n';
  expect(parseText(text, all)).toEqual([
    { name: 'up', labels: {}, value: 1 },
    { name: 'requests_total', labels: { method: 'post', code: '200' }, value: 1027 },
    { name: 'bytes', labels: { a: '1' }, value: 1_500_000_000 },
  ]);
});

test('labels may hold whatever they like, escaped', () => {
  const text = String.raw`disk{path="C:\\DIR\\{}",error="no\n\"file\", at all",empty=""} 3`;
  expect(parseText(text, all)).toEqual([
    { name: 'disk', labels: { path: 'C:\\DIR\\{}', error: 'no\n"file", at all', empty: '' }, value: 3 },
  ]);
});

test('what is no number is no measure: NaN, infinity, half a line', () => {
  const text = 'a NaN\nb +Inf\nc -Inf\nd{x="1"\ne\n{y="1"} 3\n# TYPE f counter\n\nf 2';
  expect(parseText(text, all)).toEqual([{ name: 'f', labels: {}, value: 2 }]);
  expect([numberOf('+Inf'), numberOf('-Inf'), numberOf('NaN'), numberOf('')]).toEqual([
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    Number.NaN,
  ]);
});

test('only what is wanted is looked into', () => {
  expect(parseText('a 1\nab 2\nb{x="1"} 3', (name) => name === 'a' || name === 'b')).toHaveLength(2);
});

test('a line that never ends costs no time that grows with its square', () => {
  const text = `a{x="${'\\\\'.repeat(200_000)} 1`;
  expect(parseText(text, all)).toEqual([]);
});
