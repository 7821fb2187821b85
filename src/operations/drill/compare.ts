import { countText } from '../../checks/wording.ts';
import type { DrillLook, DrillMemory } from '../../core/drill.ts';

/** Fewer come and go in an ordinary week. */
const MANY_ROWS = 1000;

/** Pure: what nobody does in passing, and was done since the last drill: a table was emptied, a role may do more. It is told of once. */
export function compareWithLast(now: DrillMemory, last: DrillMemory): DrillLook {
  const rows = new Map(now.tables.map((table) => [table.name, table.rows]));
  const emptied = last.tables.filter(({ name, rows: before }) => before >= MANY_ROWS && rows.get(name) === 0);
  const powers = now.powers.filter((power) => !last.powers.includes(power));
  const problems = [
    ...emptied.map(({ name, rows: before }) => `${name} is empty; at the last drill it had ${before} rows.`),
    ...powers.map((power) => `${power}, which was not so at the last drill.`),
  ];
  const detail = `${countText(last.tables.length, 'table')} and ${countText(last.powers.length, 'right')} of then`;
  return { what: 'against the last drill', outcome: problems.length > 0 ? 'failed' : 'passed', detail, problems };
}
