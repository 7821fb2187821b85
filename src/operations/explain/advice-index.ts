import { bytesText, countText, percentText } from '../../checks/wording.ts';
import type { Proof, Trials } from './hypothetical.ts';
import { candidateSql, type IndexCandidate } from './index-candidates.ts';
import { quoted } from './quoted.ts';
import type { Advice } from './why-types.ts';

/** An index that makes a plan cheaper by less than that is not worth its writes. */
const WORTHWHILE_RATIO = 0.7;
const GB = 1_073_741_824;

/** Pure: candidates as advice, what is proved first; what was tried and does not help is none. */
export function indexAdvice(candidates: readonly IndexCandidate[], trials: Trials): Advice[] {
  const all = candidates.flatMap((candidate, n) => {
    const proof = 'proofs' in trials ? (trials.proofs[n] ?? null) : null;
    if (proof && candidate.isInPlan) return helps(proof) ? [adviceOf(candidate, proof)] : [];
    return candidate.isLikely ? [adviceOf(candidate, null)] : [];
  });
  return all.toSorted((a, b) => Number(b.sure === 'proved') - Number(a.sure === 'proved'));
}

function helps({ costBefore, costAfter, isUsed }: Proof): boolean {
  return isUsed && costAfter <= costBefore * WORTHWHILE_RATIO;
}

function adviceOf(candidate: IndexCandidate, proof: Proof | null): Advice {
  const { table } = candidate;
  const name = indexName(candidate);
  const what = `An index on ${candidateSql(candidate)}`;
  const sizeBytes = proof && proof.sizeBytes > 0 ? proof.sizeBytes : estimatedBytes(candidate);
  const cost = (value: number) => Number(value.toFixed(value < 100 ? 1 : 0)).toLocaleString('en-US');
  const sentence = proof
    ? `${what} brings the planned cost of a call from ${cost(proof.costBefore)} to ${cost(proof.costAfter)} (${percentText(1 - proof.costAfter / proof.costBefore, 1)} less), tried with HypoPG.`
    : `${what} should help; nobody has tried it.`;
  return {
    kind: 'index',
    sentence,
    sure: proof ? 'proved' : 'guess',
    sql: createSql(candidate, name),
    notes: [
      `It will take about ${bytesText(sizeBytes)} of disk and ${buildText(table.sizeBytes)} to build, reading \`${table.name}\` twice (${bytesText(table.sizeBytes)}).`,
      table.partitions ? PARTITIONED(name, table.partitions.length) : CONCURRENTLY(name, table.schema),
      writeText(candidate),
      ...(candidate.keys.some(({ sql }) => sql.endsWith('_pattern_ops')) ? [PATTERNS] : []),
    ],
  };
}

/** https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY */
const CONCURRENTLY = (name: string, schema: string) =>
  `CONCURRENTLY lets everybody work, waits for every transaction that is open (see /db sessions) and runs outside of one. If it fails: \`DROP INDEX CONCURRENTLY ${quoted(schema)}.${quoted(name)};\`.`;
const PATTERNS = 'It serves patterns that begin with fixed text; for others take pg_trgm.';
/** https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE */
const PARTITIONED = (name: string, partitions: number) =>
  `The first line locks out writes for a moment. The other two are for one partition; do the same for each (${countText(partitions, 'partition')} of this plan, and all others): \`${name}\` is valid when all are attached.`;

/** In short lines, to be copied from a phone. */
function createSql(candidate: IndexCandidate, name: string): string[] {
  const { table } = candidate;
  const [on = '', where] = candidateSql(candidate).split(/ (?=WHERE )/);
  const keys = `${on.slice(on.indexOf(' (') + 1)}${where === undefined ? '' : `\n  ${where}`}`;
  const [partition] = table.partitions ?? [];
  if (partition === undefined)
    return `CREATE INDEX CONCURRENTLY ${quoted(name)}\n  ON ${table.name} ${keys};`.split('\n');
  const part = quoted(`${partition.replaceAll('"', '').split('.').at(-1)?.slice(0, 40)}_${name.slice(-18)}`);
  return [
    ...`CREATE INDEX ${quoted(name)}\n  ON ONLY ${table.name} ${keys};`.split('\n'),
    ...`CREATE INDEX CONCURRENTLY ${part}\n  ON ${partition} ${keys};`.split('\n'),
    `ALTER INDEX ${quoted(table.schema)}.${quoted(name)}`,
    `  ATTACH PARTITION ${quoted(table.schema)}.${part};`,
  ];
}

/** At most 63 bytes, as the server keeps them; never the name of an index that is there. */
export function indexName({ table, keys }: IndexCandidate): string {
  const words = keys
    .map(({ sql, column }) => column ?? sql)
    .join('_')
    .replaceAll(/[^a-zA-Z0-9_]+/g, '_')
    .replace(/_+$/, '');
  const base = `${table.table}_${words}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '_')
    .slice(0, 55);
  const taken = new Set(table.indexes.map(({ name }) => name));
  const names = [`${base}_idx`, ...Array.from({ length: 9 }, (_, n) => `${base}_idx${n + 1}`)];
  return names.find((name) => !taken.has(name)) ?? `${base}_idx`;
}

/** A b-tree entry is 8 bytes and the values, aligned to 8, with 4 of the page's directory, and pages are nine tenths full. */
function estimatedBytes({ table, keys, whereNull }: IndexCandidate): number {
  const widths = keys.map(({ column }) =>
    column === null ? 16 : (table.columns[column]?.statistics?.widthBytes ?? 8),
  );
  const entry = 12 + Math.ceil(widths.reduce((sum, width) => sum + width, 0) / 8) * 8;
  const nulls = whereNull === null ? 1 : (table.columns[whereNull]?.statistics?.nullRatio ?? 1);
  return Math.max(8192, (Math.max(table.plannedRows ?? 0, table.liveRows) * nulls * entry) / 0.9);
}

function buildText(tableBytes: number): string {
  if (tableBytes < GB) return 'seconds';
  if (tableBytes < 10 * GB) return 'minutes';
  return tableBytes < 100 * GB ? 'up to an hour' : 'hours';
}

function writeText({ table }: IndexCandidate): string {
  const count = table.indexes.length;
  return `Every write that touches these columns keeps it up to date: the table has ${count === 0 ? 'no index' : countText(count, 'index').replace('indexs', 'indexes')} so far and ${countText(table.writes, 'write')} counted.`;
}
