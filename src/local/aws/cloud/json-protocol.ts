import { NormalizedSchema } from '@smithy/core/schema';
import type { Answer } from '../http-answer.ts';
import type { CloudRefusal } from './refusal.ts';
import { checkAgainst, SchemaProblem, type Schema } from './schema-check.ts';

const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };

/** The input of an AWS JSON 1.0 request by the operation's own schema; timestamps come as seconds since 1970. */
export function readJsonInput(schema: Schema, body: string, operation: string): Record<string, unknown> {
  const input = dated(NormalizedSchema.of(schema), JSON.parse(body)) as Record<string, unknown>;
  checkAgainst(schema, input, operation);
  return input;
}

function dated(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isTimestampSchema() && typeof value === 'number') return new Date(value * 1000);
  if (schema.isListSchema() && Array.isArray(value)) return value.map((inner) => dated(schema.getValueSchema(), inner));
  if (!schema.isStructSchema() || typeof value !== 'object' || value === null) return value;
  const members = new Map(schema.structIterator());
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const member = members.get(name);
      if (!member) throw new SchemaProblem(`${schema.getName()} has no member ${name}`);
      return [name, dated(member, inner)];
    }),
  );
}

export function jsonAnswer(operation: string, schema: Schema, output: object): Answer {
  checkAgainst(schema, output, operation);
  return { status: 200, headers: JSON_1_0, body: JSON.stringify(inSeconds(output)) };
}

/** The old code of the Query protocol travels in a header: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait */
export function jsonRefusal({ code, message, status }: CloudRefusal): Answer {
  const fault = status >= 500 ? 'Receiver' : 'Sender';
  const body = JSON.stringify({ __type: `com.amazonaws.cloudwatch#${code}`, message });
  return { status, headers: { ...JSON_1_0, 'x-amzn-query-error': `${code};${fault}` }, body };
}

function inSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inSeconds(inner)]));
}
