import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { argumentsOf, problemsInWords, readArguments } from '../../src/core/arguments.ts';

const schemas = {
  valibot: v.strictObject({ pid: v.pipe(v.string(), v.transform(Number), v.integer('is a whole number')) }),
  zod: z.strictObject({ pid: z.coerce.number('is a whole number').int('is a whole number') }),
};

describe.each(Object.entries(schemas))('arguments by a schema of %s', (_library, schema) => {
  it('are read as the schema makes them', () => {
    expect(readArguments(schema, { pid: '12' })).toEqual({ args: { pid: 12 } });
    expect(argumentsOf(schema, { pid: '12' })).toEqual({ pid: 12 });
  });

  it('that are wrong are named with the words of the schema', () => {
    const read = readArguments(schema, { pid: '1.5' });
    expect('problems' in read && problemsInWords(read.problems)).toEqual(['pid: is a whole number']);
    expect(() => argumentsOf(schema, { pid: '1.5' })).toThrow('Arguments: pid: is a whole number.');
  });

  it('that nobody knows are refused', () => {
    expect(readArguments(schema, { pid: '12', all: 'yes' })).toHaveProperty('problems');
  });
});
