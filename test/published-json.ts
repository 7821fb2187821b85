import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { schemaOf } from '../scripts/generate/report-schema.ts';
import { renderJson } from '../src/cli/json.ts';
import type { Outcome } from '../src/core/outcome.ts';

const ajv = new Ajv2020({
  allErrors: true,
  allowUnionTypes: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
});
const published = ajv.compile(
  JSON.parse(readFileSync(new URL('../docs/report.schema.json', import.meta.url), 'utf8')) as object,
);
const { $id: _, ...closed } = schemaOf('output');
// Besides its own fields a document holds the version, which the closed shapes do not know.
const closedShapes = ajv.compile({ ...closed, properties: {}, required: [] });

/** What is wrong with a document by docs/report.schema.json, one sentence a fault. */
export function faultsIn(document: unknown): string[] {
  return sentences(published, document);
}

/** States that what `--json` prints of this outcome is as published, without a field that is not. */
export function expectPublished(outcome: Outcome): void {
  expectPublishedText(renderJson(outcome));
}

/** The same of a text that was printed. */
export function expectPublishedText(text: string): void {
  const document = JSON.parse(text) as { schemaVersion?: number };
  const { schemaVersion: __, ...fields } = document;
  expect([...faultsIn(document), ...sentences(closedShapes, fields)]).toEqual([]);
}

function sentences(validate: ValidateFunction, document: unknown): string[] {
  if (validate(document)) return [];
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`.trim());
}
