import type { LogsDocument } from '../../logs/report/document.ts';

/**
 * The version of docs/logs.schema.json. Fields may be added within it; it grows when a field goes, is renamed, or changes its type,
 * unit or meaning.
 */
export const logsSchemaVersion = 1;

/** The document as docs/logs.schema.json says. Ends in a newline. */
export function renderLogsJson(document: LogsDocument): string {
  return `${JSON.stringify({ schemaVersion: logsSchemaVersion, ...document }, null, 2)}\n`;
}
