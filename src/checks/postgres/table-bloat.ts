import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, percentText } from '../wording.ts';
import { tableBloat as estimateOf } from './bloat-estimate.ts';
import {
  bloatFacts,
  bloatSample,
  bloatVerdict,
  confidenceOf,
  type Bloated,
  type BloatSample,
  type Withheld,
} from './bloat-sample.ts';
import { storedColumns, type StoredColumn } from './column-statistics.ts';
import { FRESHNESS_COLUMNS, whyStale, type Freshness } from './freshness.ts';
import { largeRelations } from './large-relations.ts';
import { NO_PRIMARY } from './visibility.ts';

/** So many of the largest tables are estimated; the others hold little beside them. */
const TABLES = 60;

/** https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-FILLFACTOR */
const TABLE = `
  select t.oid::int8 as oid, current_database() as database, current_setting('block_size')::int as "blockBytes",
         coalesce((select option_value::float8 from pg_options_to_table(t.reloptions) where option_name = 'fillfactor'), 100) / 100 as "fillRatio",
         ${FRESHNESS_COLUMNS}
    from pg_class t where t.oid = any($1::oid[])`;

type Table = Freshness & { oid: number; database: string; blockBytes: number; fillRatio: number };

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const Limits = z.strictObject({
  /** Smaller tables are left alone; below 10 MB they are not even looked at. */
  leastBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** A table in steady use keeps a fifth to a third free for its next rows. */
  infoRatio: z.number().min(0).max(1).default(0.4),
  infoWasteBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** A warning needs both: half of a small table is nobody's night. */
  warningRatio: z.number().min(0).max(1).default(0.5),
  warningWasteBytes: z
    .number()
    .min(0)
    .default(10 * GIB),
});
type Limits = z.infer<typeof Limits>;

/** Which tables are much larger than their rows? An estimate, withheld where the statistics do not carry one. */
export const tableBloat = defineCheck<PostgresTarget, { read: BloatSample }, Limits>({
  id: 'postgres.table-bloat',
  engine: 'postgres',
  title: 'Table bloat',
  why: 'Space that dead rows have left is read by every scan, cached and backed up, for nothing.',
  explainedBy: ['setting', 'statement', 'traffic', 'schema'],
  limits: Limits,
  ask: {
    read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY),
  },
  judge: ({ read }, _before, limits) => read.estimated.flatMap((one) => findingOf(one, limits)),
  facts: ({ read }) => bloatFacts('Estimated table bloat', read),
});

async function look(primary: PostgresMember): Promise<Seen<BloatSample>> {
  const { tables, moreTables } = await largeRelations(primary);
  const largest = tables.slice(0, TABLES);
  if (largest.length === 0) return bloatSample('', 'table', [], 0);
  const oids = largest.map(({ oid }) => oid);
  const [columns, about] = await Promise.all([storedColumns(primary, oids), primary.query<Table>(TABLE, [oids])]);
  if ('skipped' in columns) return columns;
  const byOid = new Map(about.map((table) => [table.oid, table]));
  const found = largest.flatMap(({ oid, name, sizeBytes, rows }) => {
    const table = byOid.get(oid);
    return table ? [estimate({ ...table, name, sizeBytes, rows }, columns.get(oid) ?? [])] : [];
  });
  return bloatSample(about[0]?.database ?? '', 'table', found, tables.length - largest.length + moreTables);
}

function estimate(
  table: Table & { name: string; sizeBytes: number; rows: number },
  columns: readonly StoredColumn[],
): Bloated | Withheld {
  const { name, rows, sizeBytes, changedRows } = table;
  const stale = whyStale(table, rows);
  if (stale !== undefined) return { name, reason: stale };
  if (columns.some(({ widthBytes }) => widthBytes === null)) return { name, reason: 'not every column has statistics' };
  const rowBytes = columns.reduce((sum, { widthBytes }) => sum + (widthBytes ?? 0), 0);
  return { name, sizeBytes, ...estimateOf(table, columns), confidence: confidenceOf(changedRows, rows, rowBytes) };
}

function findingOf(bloated: Bloated, limits: Limits): Finding[] {
  const verdict = bloatVerdict(bloated, limits);
  if (!verdict) return [];
  const { name, sizeBytes, wasteBytes, wasteRatio, confidence } = bloated;
  return [
    {
      key: `postgres.table-bloat:${name}`,
      severity: verdict.severity,
      sentence: `Table \`${name}\` takes ${bytesText(sizeBytes)} and its rows need ${bytesText(sizeBytes - wasteBytes)}: about ${percentText(wasteRatio)} is bloat (${confidence} estimate; ${verdict.limitText}).`,
      measure: { value: Math.round(wasteBytes), unit: 'bytes', limit: verdict.limitBytes, step: GIB },
      evidence: bloated,
      next: 'See first that autovacuum keeps up and no old transaction holds it back. New rows fill the space; give it back only when the disk needs it, with pg_repack (VACUUM FULL locks the table).',
    },
  ];
}
