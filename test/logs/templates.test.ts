import { expect, test } from 'vitest';
import { createNormaliser } from '../../src/logs/normalise/statement.ts';
import { createTemplates } from '../../src/logs/normalise/templates.ts';
import { seeded } from './corpus.ts';

const random = seeded(20_261_128);
const pick = (from: readonly string[]) => from[random(from.length)] ?? '';
const GLUE = [
  'select',
  ' ',
  'a',
  't1',
  '(',
  ')',
  ', ',
  ',',
  '=',
  ' - ',
  '-',
  '+',
  '::',
  '.',
  '[',
  ';',
  '"n 1"',
  '\n',
  '/',
  '*',
];
/** Each slot has several ways to be filled: some of the same kind, some of another one. */
const FILLINGS = [
  ['1', '22', '1.5e-3', '.5', '0x1F', '-7', "'x'", '$1', '1..2', '7e', '3.'],
  ["'a'", "'it''s'", "''", "'\\'", "E'a'", '5', "'a", 'null'],
  ["E'a\\'b'", "e'x'", "'x'", "E'\\\\'"],
  ['/* a */', '/* b /* c */ 1 */', '/* 1', '-- x\n', '/**/'],
  ['-- 1\n', '--\n', "-- it's\n", '/* */', '- 1'],
  ["N'x'", "b'01'", "x'1f'", "U&'\\0061'", 'n'],
  ['$$a$$', '$t$ b $t$', '$1', '$'],
];

test('a statement that a template is found for has the shape of the statement that it was made of', () => {
  const normaliser = createNormaliser();
  const templates = createTemplates();
  const hashes: number[] = [];
  let found = 0;
  for (let round = 0; round < 3_000; round++) {
    const pieces = Array.from({ length: 1 + random(8) }, () =>
      random(2) === 0 ? pick(GLUE) : random(FILLINGS.length),
    );
    for (let variant = 0; variant < 8; variant++) {
      const sql = pieces.map((piece) => (typeof piece === 'string' ? piece : pick(FILLINGS[piece] ?? []))).join('');
      const bytes = Buffer.from(`'9${sql}9'`);
      const [start, end] = [2, bytes.length - 2];
      const target = templates.find(bytes, start, end);
      const hash = normaliser.fold(bytes, start, end);
      if (target < 0) templates.add(bytes, start, end, normaliser.slots, hashes.push(hash) - 1);
      else {
        found++;
        expect(hash, sql).toBe(hashes[target]);
      }
    }
  }
  expect(found).toBeGreaterThan(2_000);
});

test('the same statement with other literals is found, and one that differs between them is not', () => {
  const normaliser = createNormaliser();
  const templates = createTemplates();
  const at = (sql: string) => [Buffer.from(sql), 0, Buffer.byteLength(sql)] as const;
  const first = at("select a1 from t where b = 5 and c = 'x' /* tag 1 */");
  normaliser.fold(...first);
  templates.add(...first, normaliser.slots, 7);
  expect(templates.find(...at("select a1 from t where b = 66.5 and c = 'it''s' /* tag 2 */"))).toBe(7);
  expect(templates.find(...at("select a2 from t where b = 5 and c = 'x' /* tag 1 */"))).toBe(-1);
  expect(templates.find(...at("select a1 from t where b = 5 and c = 'x' /* tag 1 */ limit 1"))).toBe(-1);
  expect(templates.find(...at("select a1 from t where b = 'y' and c = 'x' /* tag 1 */"))).toBe(-1);
});

test('thousands of statements that begin alike stay within the memory that is set aside', () => {
  const normaliser = createNormaliser();
  const templates = createTemplates();
  for (let i = 0; i < 20_000; i++) {
    const bytes = Buffer.from(`select column_${i}, ${'x'.repeat(400)} from t where a = ${i}`);
    expect(templates.find(bytes, 0, bytes.length)).toBe(-1);
    normaliser.fold(bytes, 0, bytes.length);
    templates.add(bytes, 0, bytes.length, normaliser.slots, i);
    expect([-1, i]).toContain(templates.find(bytes, 0, bytes.length));
  }
});
