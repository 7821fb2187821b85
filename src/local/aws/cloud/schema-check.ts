import { NormalizedSchema } from '@smithy/core/schema';

/** A schema object of an AWS client. */
export type Schema = Parameters<typeof NormalizedSchema.of>[0];

/** The data does not fit the schema: a wrong member name, a wrong type, a missing required member. */
export class SchemaProblem extends Error {}

/** Throws a SchemaProblem that names the place. Holds requests and answers against the schemas of the SDK itself. */
export function checkAgainst(schema: Schema, value: unknown, place: string): void {
  check(NormalizedSchema.of(schema), value, place);
}

function check(schema: NormalizedSchema, value: unknown, place: string): void {
  if (schema.isStructSchema()) return checkStruct(schema, value, place);
  if (schema.isListSchema()) return checkList(schema, value, place);
  if (schema.isMapSchema()) return checkMap(schema, value, place);
  const wanted = wantedType(schema);
  const fits = wanted === 'date' ? value instanceof Date : wanted === undefined || typeof value === wanted;
  if (!fits) throw new SchemaProblem(`${place} is ${typeof value}, not ${wanted}`);
  if (Number.isNaN(value)) throw new SchemaProblem(`${place} is not a number`);
}

function wantedType(schema: NormalizedSchema): 'string' | 'number' | 'boolean' | 'date' | undefined {
  if (schema.isTimestampSchema()) return 'date';
  if (schema.isStringSchema()) return 'string';
  if (schema.isNumericSchema()) return 'number';
  return schema.isBooleanSchema() ? 'boolean' : undefined;
}

function checkStruct(schema: NormalizedSchema, value: unknown, place: string): void {
  const given = recordOf(value, place);
  const members = new Map(schema.structIterator());
  for (const [name, inner] of Object.entries(given)) {
    if (inner === undefined) continue;
    const member = members.get(name);
    if (!member) throw new SchemaProblem(`${place} has no member ${name}`);
    check(member, inner, `${place}.${name}`);
  }
  const missing = requiredOf(schema).filter((name) => given[name] === undefined);
  if (missing.length > 0) throw new SchemaProblem(`${place} lacks ${missing.join(', ')}`);
}

/** A structure's schema lists its members, the required ones first, and says how many these are. */
function requiredOf(schema: NormalizedSchema): string[] {
  const [, , , , names = [], , count = 0] = schema.getSchema() as unknown as [
    number,
    string,
    string,
    unknown,
    string[]?,
    unknown?,
    number?,
  ];
  return names.slice(0, count);
}

function checkList(schema: NormalizedSchema, value: unknown, place: string): void {
  if (!Array.isArray(value)) throw new SchemaProblem(`${place} is no list`);
  for (const [index, inner] of value.entries()) check(schema.getValueSchema(), inner, `${place}[${index}]`);
}

function checkMap(schema: NormalizedSchema, value: unknown, place: string): void {
  for (const [key, inner] of Object.entries(recordOf(value, place)))
    check(schema.getValueSchema(), inner, `${place}.${key}`);
}

function recordOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date)
    throw new SchemaProblem(`${place} is no structure`);
  return value as Record<string, unknown>;
}
