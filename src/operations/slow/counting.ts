import type { Table } from '../../core/report.ts';
import type { StatementLook } from '../../core/statement.ts';

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
