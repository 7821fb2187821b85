import type { Json } from '../../core/json.ts';
import type { Table } from '../../core/report.ts';
import type { AuditEntry } from '../../core/safety.ts';

const MOST_CHARACTERS = 200;

/** Pure: the record of a run as a table, the oldest first. */
export function timelineOf(entries: readonly AuditEntry[]): Table {
  return {
    title: 'Record',
    columns: [
      { key: 'at', label: 'At (UTC)' },
      { key: 'what', label: 'What' },
      { key: 'who', label: 'Who' },
      { key: 'detail', label: 'Detail' },
    ],
    rows: entries.map(({ at, what, who, detail }) => ({
      at: at.slice(0, 19).replace('T', ' '),
      what,
      who,
      detail: wordsIn(detail).slice(0, MOST_CHARACTERS),
    })),
  };
}

/** The sentence of an entry where it has one; else its fields as they are. */
function wordsIn(detail: Json): string {
  if (detail === null || typeof detail !== 'object' || Array.isArray(detail)) return String(detail ?? '');
  const fields = Object.entries(detail as { readonly [name: string]: Json });
  const words = fields.find(([name]) => name === 'words')?.[1];
  if (typeof words === 'string') return words;
  return fields
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
