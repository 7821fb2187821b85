import { bytesText, durationText, percentText } from '../../checks/wording.ts';
import type { Cell, Table } from '../../core/report.ts';
import { ratio, type Estimates, type PatternEstimate } from './estimate.ts';
import { keyText } from './findings.ts';
import { TTL_LABELS, type Stats } from './stats.ts';
import { TOP_KEYS, type TopKey } from './top-keys.ts';

/** More rows than this are read by nobody on a phone. */
const PATTERN_ROWS = 12;

/** The tables of a report, the most useful first; an empty one is left out. */
export function tablesOf(seen: Estimates): Table[] {
  const patterns = seen.patterns.slice(0, PATTERN_ROWS);
  const more = seen.patterns.length - patterns.length;
  const title =
    more > 0 ? `Patterns by memory, the first ${patterns.length} of ${seen.patterns.length}` : 'Patterns by memory';
  const collections = seen.longest.filter(({ type, members }) => type !== 'string' && members !== null);
  const where = seen.isComplete ? '' : ' among those looked at';
  const hot = seen.hottest.filter(({ frequency }) => (frequency ?? 0) > 0);
  return [
    table(
      title,
      ['pattern', 'memory', 'share', 'keys', 'type'],
      patterns.map((one) => patternRow(one, seen.isComplete)),
    ),
    table('Expiry, share of the keys', ['pattern', ...TTL_LABELS], expiryRows(patterns)),
    table(`Biggest keys${where}`, ['key', 'memory', 'members', 'type', 'expires in'], seen.biggest.map(keyRow)),
    table(`Most members${where}`, ['key', 'members', 'memory', 'type'], collections.slice(0, TOP_KEYS).map(keyRow)),
    table(`Hottest keys${where} (LFU counter, 0 to 255)`, ['key', 'counter', 'type'], hot.map(keyRow)),
    table('Servers', ['server', 'role', 'keys', 'seen'], seen.nodes.length > 1 ? seen.nodes.map(nodeRow) : []),
  ].filter(({ rows }) => rows.length > 0);
}

function table(title: string, columns: readonly string[], rows: readonly Record<string, Cell>[]): Table {
  return {
    title,
    columns: columns.map((label) => ({ key: label, label })),
    rows: rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))),
  };
}

function patternRow(
  { pattern, stats, keys, bytes, share }: PatternEstimate,
  isComplete: boolean,
): Record<string, Cell> {
  const about = isComplete ? '' : '≈ ';
  const width = isComplete ? '' : ` ± ${percentText(share.plusMinus, 1)}`;
  return {
    pattern,
    memory: about + bytesText(bytes.value),
    share: percentText(share.value, 1) + width,
    keys: about + Math.round(keys.value).toLocaleString('en-US'),
    type: typesText(stats),
  };
}

/** `hash`, or `hash 80 %, string 20 %`. */
function typesText({ types, keys }: Stats): string {
  const sorted = Object.entries(types).toSorted(([, a], [, b]) => b - a);
  const [only] = sorted;
  if (sorted.length <= 1) return only?.[0] ?? '';
  return sorted.map(([type, count]) => `${type} ${percentText(ratio(count, keys))}`).join(', ');
}

function expiryRows(patterns: readonly PatternEstimate[]): Record<string, Cell>[] {
  return patterns.map(({ pattern, stats }) => ({ pattern, ...expiryCells(stats) }));
}

export function expiryCells({ ttl, keys }: Stats): Record<string, Cell> {
  return Object.fromEntries(TTL_LABELS.map((label, n) => [label, shareText(ttl[n] ?? 0, keys)]));
}

/** Nothing for none; `< 1 %` for what would look like nothing. */
function shareText(part: number, whole: number): string | null {
  if (part === 0) return null;
  return part / whole < 0.01 ? '< 1 %' : percentText(part / whole);
}

function keyRow(key: TopKey): Record<string, Cell> {
  return {
    key: keyText(key),
    memory: bytesText(key.bytes),
    members: key.type === 'string' || key.members === null ? null : key.members.toLocaleString('en-US'),
    type: key.type,
    'expires in': key.ttlSeconds === null ? 'never' : durationText(key.ttlSeconds),
    counter: key.frequency,
  };
}

function nodeRow({ node, seen, keys, isComplete }: Estimates['nodes'][number]): Record<string, Cell> {
  return {
    server: serverText(node),
    role: node.role,
    keys: keys.toLocaleString('en-US'),
    seen: isComplete ? 'all' : percentText(ratio(seen, keys), 1),
  };
}

export function serverText({ member, database }: { member: string; database: number }): string {
  return database === 0 ? member : `${member} db${database}`;
}
