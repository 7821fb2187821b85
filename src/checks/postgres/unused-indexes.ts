import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, capped, countText, durationText } from '../wording.ts';
import { largeRelations } from './large-relations.ts';
import { relationName } from './relation-name.ts';
import { statisticsAgeSeconds } from './statistics-age.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Large indexes that were never scanned and that only serve scans: none that is unique, stands behind a constraint, identifies
 * rows for replication, is a partition of another index, or serves the deletes of a foreign key's parent.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-INDEXES-VIEW
 */
const NEVER_SCANNED = `
  select i.indexrelid::int8 as oid, ${relationName('i.indexrelid')} as "index", ${relationName('i.indrelid')} as "table",
         c.relpages::int8 * current_setting('block_size')::int as "sizeBytes"
    from pg_index i join pg_class c on c.oid = i.indexrelid
   where i.indexrelid = any($1::oid[]) and pg_stat_get_numscans(i.indexrelid) = 0
     and i.indisvalid and not i.indisunique and not i.indisexclusion and not i.indisreplident and not c.relispartition
     and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
     and not exists (select from pg_constraint k where k.conrelid = i.indrelid and k.contype = 'f'
                        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
   order by c.relpages desc`;

/** Object ids are the same on a physical replica, counters are not. */
const SCANNED = `select oid::int8 as oid from unnest($1::oid[]) as asked (oid) where pg_stat_get_numscans(oid) > 0`;

type Unused = { index: string; table: string; sizeBytes: number };
type Sample = {
  indexes: readonly Unused[];
  more: number;
  /** Of the member that has counted for the shortest time; null where one does not say. */
  countedSeconds: number | null;
  members: readonly string[];
};

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  /** What a smaller one costs is not worth a look; below 10 MB it gets none. */
  leastBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** The report at the end of a month needs its index, too. */
  leastCountedSeconds: z
    .number()
    .min(0)
    .default(30 * 86_400),
});
type Limits = z.infer<typeof Limits>;

/** Which indexes has no member used since anybody counts? Only ever information: dropping one is a decision. */
export const unusedIndexes = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.unused-indexes',
  engine: 'postgres',
  title: 'Unused indexes, over all members',
  why: 'Every write keeps an index up to date and in memory, whether anybody reads it or not.',
  limits: Limits,
  ask: { read: look },
  judge({ read }, _before, limits) {
    const { indexes, countedSeconds } = read;
    if (countedSeconds === null || countedSeconds < limits.leastCountedSeconds) return [];
    const large = indexes.filter(({ sizeBytes }) => sizeBytes >= limits.leastBytes);
    return large.slice(0, 5).map((one) => findingOf(one, read, countedSeconds, limits));
  },
  facts({ read: { indexes, more, countedSeconds } }) {
    if (indexes.length === 0) return [];
    const since = countedSeconds === null ? 'an unknown time' : durationText(countedSeconds);
    return [{ label: 'Indexes without a scan', value: `${indexes.length + more} of 10 MB or more in ${since}` }];
  },
});

async function look({ primary, members, unreached }: PostgresTarget): Promise<Seen<Sample>> {
  if (!primary) return NO_PRIMARY;
  const { indexes } = await largeRelations(primary);
  const oids = indexes.map(({ oid }) => oid);
  const candidates = oids.length > 0 ? await primary.query<Unused & { oid: number }>(NEVER_SCANNED, [oids]) : [];
  const names = members.map(({ name }) => name);
  if (candidates.length === 0) return { sample: { indexes: [], more: 0, countedSeconds: null, members: names } };
  const [missing] = unreached;
  if (missing) {
    return {
      unreliable: `${countText(candidates.length, 'index').replace(/xs$/, 'xes')} had no scan on ${primary.name}, and ${missing.name}, which may use them, did not answer`,
    };
  }
  const replicas = members.filter((member) => member !== primary);
  const [ages, ...scanned] = await Promise.all([
    Promise.all(members.map(statisticsAgeSeconds)),
    ...replicas.map((replica) => scannedOn(replica, candidates)),
  ]);
  const used = new Set(scanned.flat());
  const unused = candidates.filter(({ oid }) => !used.has(oid)).map(({ oid: _oid, ...one }) => one);
  const known = ages.filter((age) => age !== undefined);
  const { shown, more } = capped(unused, 20);
  const countedSeconds = known.length === ages.length ? Math.min(...known) : null;
  return { sample: { indexes: shown, more, countedSeconds, members: names } };
}

async function scannedOn(replica: PostgresMember, candidates: readonly { oid: number }[]): Promise<number[]> {
  const rows = await replica.query<{ oid: number }>(SCANNED, [candidates.map(({ oid }) => oid)]);
  return rows.map(({ oid }) => oid);
}

function findingOf({ index, table, sizeBytes }: Unused, { members }: Sample, counted: number, limits: Limits): Finding {
  const where = members.length > 1 ? `on any of ${members.length} members` : 'here';
  return {
    key: `postgres.unused-indexes:${index}`,
    severity: 'info',
    sentence: `Index \`${index}\` on \`${table}\` (${bytesText(sizeBytes)}) was not scanned ${where} in the ${durationText(counted)} since statistics began (told from ${bytesText(limits.leastBytes)} and ${durationText(limits.leastCountedSeconds)}).`,
    measure: { value: sizeBytes, unit: 'bytes', limit: limits.leastBytes, step: 1024 ** 3 },
    evidence: { index, table, sizeBytes, countedSeconds: Math.floor(counted), members },
    next: `Ask who made it and when: a new one has had no chance yet. If nobody needs it: DROP INDEX CONCURRENTLY ${index};`,
  };
}
