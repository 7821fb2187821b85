import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, percentText } from '../wording.ts';
import { btreeBloat } from './bloat-estimate.ts';
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

/** So many of the largest indexes are estimated; the others hold little beside them. */
const INDEXES = 100;

/** B-trees only: 403 is the access method's fixed oid. https://www.postgresql.org/docs/current/catalog-pg-am.html */
const INDEX = `
  select i.indexrelid::int8 as oid, t.oid::int8 as "tableOid", t.reltuples::float8 as "tableRows", current_database() as database,
         current_setting('block_size')::int as "blockBytes",
         coalesce((select option_value::float8 from pg_options_to_table(c.reloptions) where option_name = 'fillfactor'), 90) / 100 as "fillRatio",
         ${FRESHNESS_COLUMNS}
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
   where i.indexrelid = any($1::oid[]) and c.relam = 403 and i.indisvalid`;

type Index = Freshness & {
  oid: number;
  tableOid: number;
  tableRows: number;
  database: string;
  blockBytes: number;
  fillRatio: number;
};

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const Limits = z.strictObject({
  /** Smaller indexes are left alone; below 10 MB they are not even looked at. */
  leastBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** An index on values that come in no order is a third empty when it is well. */
  infoRatio: z.number().min(0).max(1).default(0.5),
  infoWasteBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  warningRatio: z.number().min(0).max(1).default(0.6),
  warningWasteBytes: z
    .number()
    .min(0)
    .default(10 * GIB),
});
type Limits = z.infer<typeof Limits>;

/** Which B-trees are much larger than their entries? An estimate, withheld where the statistics do not carry one. */
export const indexBloat = defineCheck<PostgresTarget, { read: BloatSample }, Limits>({
  id: 'postgres.index-bloat',
  engine: 'postgres',
  title: 'Index bloat (B-tree)',
  why: 'A bloated index pushes useful pages out of memory, and it is the one kind of bloat that can be mended without a lock.',
  explainedBy: ['setting', 'statement', 'traffic', 'schema'],
  limits: Limits,
  ask: {
    read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY),
  },
  judge: ({ read }, _before, limits) => read.estimated.flatMap((one) => findingOf(one, limits)),
  facts: ({ read }) => bloatFacts('Estimated index bloat', read),
});

async function look(primary: PostgresMember): Promise<Seen<BloatSample>> {
  const { indexes, moreIndexes } = await largeRelations(primary);
  const largest = indexes.slice(0, INDEXES);
  if (largest.length === 0) return bloatSample('', 'index', [], 0);
  const about = await primary.query<Index>(INDEX, [largest.map(({ oid }) => oid)]);
  const tables = [...new Set(about.map(({ tableOid }) => tableOid))];
  const columns = await storedColumns(
    primary,
    tables,
    about.map(({ oid }) => oid),
  );
  if ('skipped' in columns) return columns;
  const byOid = new Map(about.map((index) => [index.oid, index]));
  const found = largest.flatMap(({ oid, name, sizeBytes, rows }) => {
    const index = byOid.get(oid);
    return index ? [estimate({ ...index, name, sizeBytes, rows }, columns.get(oid) ?? [])] : [];
  });
  return bloatSample(about[0]?.database ?? '', 'index', found, indexes.length - largest.length + moreIndexes);
}

function estimate(
  index: Index & { name: string; sizeBytes: number; rows: number },
  columns: readonly StoredColumn[],
): Bloated | Withheld {
  const { name, rows, sizeBytes, changedRows, tableRows } = index;
  const stale = whyStale(index, rows < 0 ? rows : tableRows);
  if (stale !== undefined) return { name, reason: stale };
  // A column of type name is kept as a C string, and nobody has counted how long those are.
  if (columns.some(({ widthBytes, length }) => widthBytes === null || length === -2))
    return { name, reason: 'not every column has statistics' };
  const rowBytes = columns.reduce((sum, { widthBytes }) => sum + (widthBytes ?? 0), 0);
  return { name, sizeBytes, ...btreeBloat(index, columns), confidence: confidenceOf(changedRows, rows, rowBytes) };
}

function findingOf(bloated: Bloated, limits: Limits): Finding[] {
  const verdict = bloatVerdict(bloated, limits);
  if (!verdict) return [];
  const { name, sizeBytes, wasteBytes, wasteRatio, confidence } = bloated;
  return [
    {
      key: `postgres.index-bloat:${name}`,
      severity: verdict.severity,
      sentence: `Index \`${name}\` takes ${bytesText(sizeBytes)} and its entries need at most ${bytesText(sizeBytes - wasteBytes)}: at least ${percentText(wasteRatio)} is bloat (${confidence} estimate; ${verdict.limitText}).`,
      measure: { value: Math.round(wasteBytes), unit: 'bytes', limit: verdict.limitBytes, step: GIB },
      evidence: bloated,
      next: `At a quiet hour, with room for a second copy on the disk: REINDEX INDEX CONCURRENTLY ${name};`,
    },
  ];
}
