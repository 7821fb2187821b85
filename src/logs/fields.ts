import type { Severity } from './severity.ts';

/** What an entry can tell besides its message, in the order of their places in spans. */
export const PREFIX_FIELDS = [
  'time',
  'pid',
  'user',
  'database',
  'application',
  'host',
  'session',
  'queryId',
  'sqlState',
  'backendType',
  'statement',
] as const;

export type PrefixField = (typeof PREFIX_FIELDS)[number];

/** Where the spans of a field have its start; its end is one further. */
export function placeOf(field: PrefixField): number {
  return PREFIX_FIELDS.indexOf(field) * 2;
}

/** Start and end (exclusive) of each field, counted from the entry's start; -1 where the entry has none. */
export function emptySpans(): Int32Array {
  return new Int32Array(PREFIX_FIELDS.length * 2).fill(-1);
}

/** What an entry tells besides its message. `known` is the same for entries that differ in time, process and port only, or -1. */
export type Fields = { readonly spans: Int32Array; readonly severity: Severity; readonly known: number };
