import type { Table } from '../../core/report.ts';
import { COUNTERS, type StatementLook, type StatementRow } from '../../core/statement.ts';

/** A member whose statements could not be counted, and what would mend that. */
export type Blind = { member: string; reason: string; fix: string | null };

/** What the members of a target have counted. `more` members were not asked; `tables` are what they tell besides. */
export type Counting = {
  looks: readonly StatementLook[];
  blind: readonly Blind[];
  more: number;
  tables: readonly Table[];
};

export function blind(member: string, reason: string, fix: string | null = null): Blind {
  return { member, reason, fix };
}

/** A room's answer ends at 200 KB. */
const MOST_BYTES = 180_000;
const TOTAL = 3 + COUNTERS.indexOf('totalMs');

/** Pure: what fits into an answer: of each look the rows that took most, in equal parts of what there is too much of. */
export function withinAnswer(counting: Counting): Counting {
  const others = bytesOf({ ...counting, looks: counting.looks.map((look) => ({ ...look, rows: [] })) });
  const rows = counting.looks.reduce((sum, look) => sum + bytesOf(look.rows), 0);
  const part = (MOST_BYTES - others) / rows;
  return part >= 1
    ? counting
    : { ...counting, looks: counting.looks.map((look) => withinPart(look, Math.max(0, part))) };
}

function withinPart(look: StatementLook, part: number): StatementLook {
  const most = bytesOf(look.rows) * part;
  let bytes = 0;
  const rows = look.rows
    .toSorted((a, b) => totalOf(b) - totalOf(a))
    .filter((row) => (bytes += bytesOf(row) + 1) <= most);
  if (rows.length === look.rows.length) return look;
  return { ...look, rows, leastMs: Math.max(look.leastMs, Math.ceil(totalOf(rows.at(-1)))) };
}

function totalOf(row: StatementRow | undefined): number {
  return Number(row?.[TOTAL] ?? 0);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
