import { NormalizedSchema } from '@smithy/core/schema';
import { checkAgainst, SchemaProblem, type Schema } from './schema-check.ts';

/**
 * The input of an AWS Query request (a form with dotted keys) by the operation's own schema. A key that the schema does not
 * know is a SchemaProblem. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQueryInput(schema: Schema, form: URLSearchParams, operation: string): Record<string, unknown> {
  const left = new Map([...form].filter(([key]) => key !== 'Action' && key !== 'Version'));
  const input = (read(NormalizedSchema.of(schema), '', left) ?? {}) as Record<string, unknown>;
  const [unknown] = left.keys();
  if (unknown !== undefined) throw new SchemaProblem(`${operation} knows no parameter ${unknown}`);
  checkAgainst(schema, input, operation);
  return input;
}

/** Takes what belongs to the key out of `left`. */
function read(schema: NormalizedSchema, key: string, left: Map<string, string>): unknown {
  if (schema.isStructSchema()) return readStruct(schema, key, left);
  if (schema.isListSchema()) return readList(schema, key, left);
  const text = left.get(key);
  if (text === undefined) return undefined;
  left.delete(key);
  if (schema.isTimestampSchema()) return new Date(text);
  if (schema.isNumericSchema()) return Number(text);
  return schema.isBooleanSchema() ? text === 'true' : text;
}

function readStruct(schema: NormalizedSchema, key: string, left: Map<string, string>): unknown {
  const found: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const inner = read(member, join(key, xmlNameOf(member) ?? name), left);
    if (inner !== undefined) found[name] = inner;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function readList(schema: NormalizedSchema, key: string, left: Map<string, string>): unknown {
  if (left.get(key) === '') {
    left.delete(key);
    return [];
  }
  const item = schema.getValueSchema();
  const flat = schema.getMergedTraits().xmlFlattened === 1;
  const place = flat ? key : join(key, xmlNameOf(item) ?? 'member');
  const found: unknown[] = [];
  for (let number = 1; ; number += 1) {
    const inner = read(item, `${place}.${number}`, left);
    if (inner === undefined) break;
    found.push(inner);
  }
  return found.length > 0 ? found : undefined;
}

function xmlNameOf(schema: NormalizedSchema): string | undefined {
  const { xmlName } = schema.getMergedTraits();
  return typeof xmlName === 'string' ? xmlName : undefined;
}

function join(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}
