import { bytesText } from '../../core/amount.ts';
import type { Counted } from '../../logs/digest/counted.ts';
import type { LogsDocument } from '../../logs/report/document.ts';
import { durationText } from './amounts.ts';

type SectionId = {
  [K in keyof LogsDocument]: LogsDocument[K] extends Counted[] ? K : never;
}[keyof LogsDocument];

/** A table of things that the server wrote about, beside statements and errors. */
export type Section = {
  id: SectionId;
  title: string;
  /** What stands in a row. */
  thing: string;
  rows: readonly Counted[];
  /** How the amount of a row is written, and what it is; undefined when rows are only counted. */
  amount?: { name: string; text(amount: number): string };
  /** The setting that makes the server write it; undefined when it always does. */
  setting?: string;
};

const took = { name: 'time', text: durationText };

/** What the server did, in the order in which it is told. */
export function sectionsOf(document: LogsDocument): Section[] {
  const section = (id: SectionId, title: string, thing: string, more: Partial<Section> = {}): Section => ({
    id,
    title,
    thing,
    rows: document[id],
    ...more,
  });
  return [
    section('lockWaits', 'Lock waits', 'Wait', {
      amount: { name: 'waited', text: durationText },
      setting: 'log_lock_waits = on',
    }),
    section('tempFiles', 'Temporary files', 'File', {
      amount: { name: 'size', text: bytesText },
      setting: 'log_temp_files = 0',
    }),
    section('cancellations', 'Cancelled and terminated', 'Reason'),
    section('checkpoints', 'Checkpoints', 'Kind', { amount: took, setting: 'log_checkpoints = on' }),
    section('vacuums', 'Autovacuum', 'Table', { amount: took, setting: 'log_autovacuum_min_duration = 0' }),
    section('analyzes', 'Autoanalyze', 'Table', { amount: took, setting: 'log_autovacuum_min_duration = 0' }),
    section('connections', 'Connections', 'Connection', { setting: 'log_connections = on' }),
    section('disconnections', 'Sessions that ended', 'Session', { amount: took, setting: 'log_disconnections = on' }),
    section('events', 'Events', 'Event'),
  ];
}

/** The settings that would show what was not seen. */
export function missingSettings(document: LogsDocument): string[] {
  const missing = sectionsOf(document).flatMap(({ rows, setting }) => (rows.length === 0 && setting ? [setting] : []));
  const durations = document.statements.length === 0 ? ['log_min_duration_statement = 250'] : [];
  return [...new Set([...durations, ...missing])];
}

export function sumOf(rows: readonly Counted[]): { count: number; total: number } {
  return rows.reduce((sum, { count, total }) => ({ count: sum.count + count, total: sum.total + total }), {
    count: 0,
    total: 0,
  });
}
