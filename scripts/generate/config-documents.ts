import * as z from 'zod';
import { NightshiftFile } from '../../src/config/schema.ts';
import type { DocumentedCheck } from './check-page.ts';
import type { GeneratedFile } from './generated-file.ts';
import { GENERATED, markdownTable } from './markdown.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** nightshift.schema.json for editors, and docs/config.md. */
export function configDocuments(checks: readonly DocumentedCheck[]): GeneratedFile[] {
  const schema: JsonSchema = z.toJSONSchema(NightshiftFile, { io: 'input' });
  return [
    { path: 'nightshift.schema.json', text: `${JSON.stringify(withLimits(schema, checks), null, 2)}\n` },
    { path: 'docs/config.md', text: configPage(schema) },
  ];
}

/** Editors complete and verify limits too: the checks bring their own schemas. */
function withLimits(schema: JsonSchema, checks: readonly DocumentedCheck[]): JsonSchema {
  const properties = Object.fromEntries(
    checks.map(({ id, title, limits }) => {
      const { $schema: _, ...shape } = z.toJSONSchema(limits, { io: 'input', unrepresentable: 'any' });
      return [id, { description: title, ...shape }];
    }),
  );
  const thresholds = { ...schema.$defs?.['Thresholds'], properties, additionalProperties: false };
  return {
    ...schema,
    $id: 'nightshift.schema.json',
    title: 'nightshift.yaml',
    $defs: { ...schema.$defs, Thresholds: thresholds },
  };
}

function configPage(schema: JsonSchema): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, section]) =>
    sectionOf(name, section, schema),
  );
  const text = [
    GENERATED,
    '# nightshift.yaml',
    'The one file that says what is looked after, who may ask for what, and what runs by itself. `<name>` stands for a name of your choice. `npx nightshift config check [file]` prints every problem at once. A password is never written here: `env:NAME`, `ssm:/path`, `secretsmanager:name` and `iam` say where it is kept.',
    ...sections,
  ];
  return `${text.join('\n\n')}\n`;
}

function sectionOf(name: string, section: unknown, root: JsonSchema): string[] {
  const schema = inPlace(section, root);
  const rows = keysOf(name, schema, root, true).slice(1);
  return [
    `## ${name}`,
    `${schema.description ?? ''}.`,
    ...(rows.length === 0 ? [] : [markdownTable(['Key', 'Type', 'Default', 'What'], rows)]),
  ];
}

function keysOf(path: string, schema: JsonSchema, root: JsonSchema, required: boolean): string[][] {
  const own = [`\`${path}\``, typeOf(schema, root), defaultOf(schema, required), schema.description ?? ''];
  if (schema.description?.startsWith('Limits by check id') === true) return [own];
  const needed = new Set(schema.required);
  const fixed = Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    keysOf(`${path}.${key}`, inPlace(inner, root), root, needed.has(key)),
  );
  const free = schema.additionalProperties;
  const named = typeof free === 'object' ? keysOf(`${path}.<name>`, inPlace(free, root), root, false) : [];
  // A map that only holds the next keys says nothing by itself.
  const plainMap = schema.type === 'object' && schema.description === undefined;
  return [...(plainMap ? [] : [own]), ...fixed, ...named];
}

function typeOf(schema: JsonSchema, root: JsonSchema): string {
  if (schema.enum) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.anyOf) return schema.anyOf.map((option) => typeOf(inPlace(option, root), root)).join(' or ');
  if (schema.type === 'object') return 'map';
  if (schema.type === 'array') return 'list';
  return schema.type === 'string' ? 'text' : String(schema.type ?? '');
}

function defaultOf(schema: JsonSchema, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default)}\``;
  return required ? 'required' : '';
}

/** A schema with its reference followed. */
function inPlace(schema: unknown, root: JsonSchema): JsonSchema {
  const own = (typeof schema === 'object' && schema !== null ? schema : {}) as JsonSchema;
  if (own.$ref === undefined) return own;
  const found = root.$defs?.[own.$ref.replace('#/$defs/', '')];
  return { ...found, ...own };
}
