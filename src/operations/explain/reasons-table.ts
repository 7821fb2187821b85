import { bytesText, countText, durationText, percentText } from '../../checks/wording.ts';
import { scansOf, SMALL_TABLE_BYTES, type Evidence, type Weighed } from './evidence.ts';
import type { TableFacts } from './table-facts.ts';

/** The server analyses a table by itself after a tenth; at twice that it does not keep up, or is kept from it. */
const STALE_RATIO = 0.2;
const STALE_ROWS = 1_000;
const MOST_CHANGED = 0.8;
const WRONG_FACTOR = 10;
const DEAD_RATIO = 0.4;
const FILE_RATIO = 4;
const ROW_HEADER_BYTES = 28;

/** Pure: what about the state of its tables makes it slow. */
export function tableReasons(evidence: Evidence): Weighed[] {
  const tables = [...new Set(scansOf(evidence).map(({ table }) => table))];
  return tables.flatMap((table) => {
    const share = shareOf(evidence, table);
    return [...staleReasons(evidence, table, share), ...deadReasons(table, share)];
  });
}

function shareOf(evidence: Evidence, table: TableFacts): number {
  const scans = scansOf(evidence).filter((scan) => scan.table === table);
  return Math.min(
    1,
    scans.reduce((sum, { share }) => sum + share, 0),
  );
}

/** Statistics of what the table was before: the planner reckons with another table. */
function staleReasons(evidence: Evidence, table: TableFacts, share: number): Weighed[] {
  const { changedSinceAnalyze, liveRows, analyzedSecondsAgo, plannedRows, name } = table;
  const never = analyzedSecondsAgo === null && plannedRows === null;
  const ratio = changedSinceAnalyze / Math.max(1, liveRows);
  if (changedSinceAnalyze < STALE_ROWS || (ratio < STALE_RATIO && !never)) return [];
  const wrong = wrongText(evidence);
  const changed = `${countText(changedSinceAnalyze, 'row')} changed since (it has ${liveRows.toLocaleString('en-US')})`;
  return [
    {
      kind: 'stale-statistics',
      sentence: `\`${name}\` ${analyzedText(table)}, and ${changed}${wrong}: the plan is made for another table.`,
      sure: wrong !== '' || ratio >= MOST_CHANGED ? 'likely' : 'guess',
      relation: name,
      weight: never || ratio >= MOST_CHANGED ? 87 : 30 + 30 * Math.min(1, ratio) * Math.max(0.5, share),
    },
  ];
}

function analyzedText({ analyzedSecondsAgo, plannedRows }: TableFacts): string {
  if (analyzedSecondsAgo !== null) return `was analysed ${durationText(analyzedSecondsAgo)} ago`;
  return plannedRows === null ? 'was never analysed' : 'was analysed before counters were reset';
}

/** What the planner expects against what came, where one is ten times the other. */
function wrongText({ plan, counted }: Evidence): string {
  const [expected, came] = [Math.round(plan.root.rows), Math.round(counted.rowsPerCall)];
  const factor = Math.max(expected / Math.max(1, came), came / Math.max(1, expected));
  if (expected === 0 || factor < WRONG_FACTOR) return '';
  return `; the planner expects ${countText(expected, 'row')} a call, and calls gave ${came.toLocaleString('en-US')}`;
}

/** What was deleted or overwritten stays in the file until VACUUM, and is read like the rest. */
function deadReasons(table: TableFacts, share: number): Weighed[] {
  const { deadRows, liveRows, sizeBytes, name, vacuumedSecondsAgo } = table;
  const ratio = deadRows / Math.max(1, deadRows + liveRows);
  if (sizeBytes < SMALL_TABLE_BYTES) return [];
  if (ratio < DEAD_RATIO) return emptyReasons(table, share);
  const vacuumed =
    vacuumedSecondsAgo === null
      ? 'no VACUUM is known of'
      : `the last VACUUM was ${durationText(vacuumedSecondsAgo)} ago`;
  return [
    {
      kind: 'dead-rows',
      sentence: `${percentText(ratio)} of the rows in \`${name}\` are dead (${countText(deadRows, 'row')} beside ${countText(liveRows, 'live one')}), and they are read as well: ${vacuumed}.`,
      sure: 'proved',
      relation: name,
      weight: 60 + 35 * share,
    },
  ];
}

/** After VACUUM the file stays as long as it was. Known only where the widths of the columns are. */
function emptyReasons(
  { liveRows, sizeBytes, name, columns, changedSinceAnalyze }: TableFacts,
  share: number,
): Weighed[] {
  const widths = Object.values(columns).map(({ statistics }) => statistics?.widthBytes);
  if (widths.length === 0 || widths.includes(undefined) || changedSinceAnalyze > liveRows * STALE_RATIO) return [];
  const row = widths.reduce<number>((sum, width) => sum + (width ?? 0), ROW_HEADER_BYTES);
  const neededBytes = row * liveRows;
  if (sizeBytes < neededBytes * FILE_RATIO || sizeBytes < 10 * SMALL_TABLE_BYTES) return [];
  return [
    {
      kind: 'dead-rows',
      sentence: `The file of \`${name}\` has ${bytesText(sizeBytes)} for about ${bytesText(neededBytes)} of rows: most of what is read is empty space.`,
      sure: 'guess',
      relation: name,
      weight: 40 + 30 * share,
    },
  ];
}
