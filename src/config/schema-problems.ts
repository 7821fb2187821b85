import * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';
import type { Misfit } from './problems.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * What a zod schema found wrong, in words of our own, one misfit for each unknown key, with a "did you mean".
 * `value` is what was parsed: it is read for suggestions and never quoted. `at` is where the value stands in the file.
 */
export function schemaProblems(
  schema: z.ZodType,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  at: readonly PropertyKey[] = [],
): Misfit[] {
  // The allowed keys are read from the JSON Schema: unlike zod's internals it is plain, documented data.
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return issues.flatMap((issue) =>
    misfits(issue, shape, value).map((found) => ({ ...found, at: [...at, ...found.at] })),
  );
}

function misfits(issue: z.core.$ZodIssue, shape: JsonSchema, value: unknown): Misfit[] {
  const here = valueAt(value, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(shape, issue.path);
      return issue.keys.map((key) => ({
        at: [...issue.path, key],
        message: known.length > 0 ? `unknown key; known are ${known.join(', ')}` : 'unknown key',
        suggestion: didYouMean(key, known),
      }));
    }
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      const suggestion = typeof here === 'string' ? didYouMean(here, allowed) : undefined;
      const message = here === undefined ? 'is missing' : 'is not one of the known words';
      return [{ at: issue.path, message: `${message}; known are ${allowed.join(', ')}`, suggestion }];
    }
    case 'invalid_type':
      if (here === undefined) return [{ at: issue.path, message: 'is missing' }];
      return [{ at: issue.path, message: inOwnWords(issue.message, `must be ${article(issue.expected)}`) }];
    case 'invalid_key':
      // What is wrong with a key is said of the key, beneath.
      return [{ at: issue.path, message: issue.issues[0]?.message ?? issue.message }];
    default:
      return [{ at: issue.path, message: issue.message }];
  }
}

/** A schema's own sentence is kept; zod's standard one ("Invalid input: …") gives way to ours. */
function inOwnWords(message: string, ours: string): string {
  return message.startsWith('Invalid input') ? ours : message;
}

const plainTypes: Readonly<Record<string, string>> = { object: 'map', record: 'map', array: 'list', string: 'text' };

function article(expected: string): string {
  const noun = plainTypes[expected] ?? expected;
  return noun === 'text' ? noun : `a ${noun === 'int' ? 'whole number' : noun}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((outer, key) => {
    return typeof outer === 'object' && outer !== null ? (Reflect.get(outer, key) as unknown) : undefined;
  }, value);
}

function keysAt(shape: JsonSchema, path: readonly PropertyKey[]): string[] {
  let level: JsonSchema[] = [shape];
  for (const key of path) level = level.flatMap((schema) => inside(schema, key));
  return level.flatMap(alternatives).flatMap((schema) => Object.keys(schema.properties ?? {}));
}

function inside(schema: JsonSchema, key: PropertyKey): JsonSchema[] {
  return alternatives(schema).flatMap((option) => {
    const next = option.properties?.[String(key)] ?? option.additionalProperties;
    return typeof next === 'object' ? [next] : [];
  });
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return [schema, ...(schema.anyOf ?? [])].flatMap((option) => (typeof option === 'object' ? [option] : []));
}
