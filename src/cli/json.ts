import type { Outcome } from '../core/outcome.ts';

/**
 * The version of docs/report.schema.json. Fields may be added within it; it grows when a field goes, is renamed, changes its
 * type, unit or meaning, or when a list of words (`status`, `severity`, `change`, `kind`, `code`) gets another one.
 */
export const schemaVersion = 2;

/** The report as JSON, or `{ "refused" … }` or `{ "failed" … }` in its place, as docs/report.schema.json says. Ends in a newline. */
export function renderJson(outcome: Outcome): string {
  return `${JSON.stringify({ schemaVersion, ...('done' in outcome ? outcome.done : outcome) }, null, 2)}\n`;
}
