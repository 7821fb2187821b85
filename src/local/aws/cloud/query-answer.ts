import { randomUUID } from 'node:crypto';
import { NormalizedSchema } from '@smithy/core/schema';
import type { Answer } from '../http-answer.ts';
import type { CloudRefusal } from './refusal.ts';
import { checkAgainst, type Schema } from './schema-check.ts';

const XML = { 'content-type': 'text/xml' };

/** The answer in XML by the operation's own schema: a member that the schema does not know is a SchemaProblem. */
export function queryAnswer(operation: string, schema: Schema, output: object): Answer {
  checkAgainst(schema, output, operation);
  const result = content(NormalizedSchema.of(schema), output);
  const body = `<${operation}Response><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: XML, body };
}

/** The members of an output as elements, by its schema. */
export function xmlContent(schema: Schema, output: object): string {
  return content(NormalizedSchema.of(schema), output);
}

export function queryRefusal({ code, message, status }: CloudRefusal): Answer {
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return {
    status,
    headers: XML,
    body: `<ErrorResponse>${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  };
}

function content(schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema()) return members(schema, value as Record<string, unknown>);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const name = xmlNameOf(item) ?? 'member';
    return (value as unknown[]).map((inner) => element(name, content(item, inner))).join('');
  }
  if (value instanceof Date) return value.toISOString();
  return escaped(String(value));
}

function members(schema: NormalizedSchema, value: Record<string, unknown>): string {
  let text = '';
  for (const [name, member] of schema.structIterator()) {
    const inner = value[name];
    if (inner === undefined) continue;
    const { xmlName } = member.getMemberTraits();
    text += element(typeof xmlName === 'string' ? xmlName : name, content(member, inner));
  }
  return text;
}

function xmlNameOf(schema: NormalizedSchema): string | undefined {
  const { xmlName } = schema.getMergedTraits();
  return typeof xmlName === 'string' ? xmlName : undefined;
}

function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
