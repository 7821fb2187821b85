import * as z from 'zod';
import { schemaVersion } from '../../src/cli/json.ts';
import type { GeneratedFile } from './generated-file.ts';
import { shapes } from './report-shapes.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** docs/report.schema.json: what `--json` prints, as JSON Schema 2020-12. */
export function reportSchema(): GeneratedFile {
  // As input, because a reader must let pass fields that a later release of the same version adds.
  return { path: 'docs/report.schema.json', text: `${JSON.stringify(schemaOf('input'), null, 2)}\n` };
}

/** With `output` no field beyond those that are published is allowed: for tests of what we print ourselves. */
export function schemaOf(io: 'input' | 'output'): JsonSchema {
  const { $schema, $defs, anyOf } = z.toJSONSchema(z.union(Object.values(shapes)), {
    io,
    unrepresentable: 'any',
    // zod marks what TypeScript may not write to; in a document that is read it says nothing.
    override: ({ jsonSchema }) => void delete jsonSchema.readOnly,
  });
  return {
    $schema,
    $id: `urn:nightshift:report:${schemaVersion}`,
    title: `What nightshift prints with --json, version ${schemaVersion}`,
    description:
      'A report, or why there is none. Ignore fields that you do not know: within a version some may be added.',
    type: 'object',
    properties: { schemaVersion: { const: schemaVersion, description: 'The version of this schema' } },
    required: ['schemaVersion'],
    anyOf,
    $defs,
  } as JsonSchema;
}
