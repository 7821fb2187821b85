import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, capped } from '../wording.ts';
import { largeRelations } from './large-relations.ts';
import { relationName } from './relation-name.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Large indexes that another one of the same table makes superfluous: with the same columns, operator classes, collations, sort
 * order, expressions and predicate; or, for B-trees that are not unique, those of the other one's first columns. Of two that
 * are alike the one goes that guards less, else the younger. Expressions are compared as trees, without the place where they stood in
 * their statement; pg_get_indexdef() would wait behind an ACCESS EXCLUSIVE lock.
 * https://www.postgresql.org/docs/current/catalog-pg-index.html
 */
const COVERED = `
  with mine as materialized (
    select i.*, c.relam, c.relpages, exists (select from pg_constraint k where k.conindid = i.indexrelid) as guards
      from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indexrelid = any($1::oid[]) and i.indisvalid and not i.indisprimary and not i.indisexclusion and not i.indisreplident
       and not c.relispartition),
  pairs as (
    select distinct on (a.indexrelid) a.indexrelid as superfluous, b.indexrelid as other, a.indrelid, a.relpages,
           a.indnatts = b.indnatts as alike
      from mine a
      join pg_index b on b.indrelid = a.indrelid and b.indexrelid <> a.indexrelid and b.indisvalid and b.indkey[0] = a.indkey[0]
      join pg_class d on d.oid = b.indexrelid and d.relam = a.relam,
           lateral (select a.indkey::int2[] as akey, b.indkey::int2[] as bkey, a.indnkeyatts - 1 as last) k,
           lateral (select regexp_replace(a.indexprs::text, ':location -?[0-9]+', '', 'g') as aexpressions,
                           regexp_replace(b.indexprs::text, ':location -?[0-9]+', '', 'g') as bexpressions) e
     where not a.guards and regexp_replace(a.indpred::text, ':location -?[0-9]+', '', 'g')
             is not distinct from regexp_replace(b.indpred::text, ':location -?[0-9]+', '', 'g')
       and (a.indkey::text = b.indkey::text and a.indnkeyatts = b.indnkeyatts and a.indclass::text = b.indclass::text
              and a.indcollation::text = b.indcollation::text and a.indoption::text = b.indoption::text
              and e.aexpressions is not distinct from e.bexpressions
              and to_jsonb(a) ->> 'indnullsnotdistinct' is not distinct from to_jsonb(b) ->> 'indnullsnotdistinct'
              and (b.indisunique and not a.indisunique or b.indisunique = a.indisunique
                    and (a.indexrelid > b.indexrelid or b.indisprimary or b.indisreplident or exists (select from pg_constraint g where g.conindid = b.indexrelid)))
            or a.relam = 403 and not a.indisunique and b.indnkeyatts > a.indnkeyatts
              and k.akey[0:k.last] = k.bkey[0:k.last] and not 0 = any(k.akey)
              and (a.indclass::oid[])[0:k.last] = (b.indclass::oid[])[0:k.last]
              and (a.indcollation::oid[])[0:k.last] = (b.indcollation::oid[])[0:k.last]
              and (a.indoption::int2[])[0:k.last] = (b.indoption::int2[])[0:k.last]
              and k.akey <@ k.bkey)
     order by a.indexrelid, a.indnatts = b.indnatts desc, b.indexrelid)
  select ${relationName('superfluous')} as "index", ${relationName('other')} as other, ${relationName('indrelid')} as "table",
         relpages::int8 * current_setting('block_size')::int as "sizeBytes", alike
    from pairs order by relpages desc limit 100`;

type Covered = { index: string; other: string; table: string; sizeBytes: number; alike: boolean };
type Sample = { indexes: readonly Covered[]; more: number };

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  /** What a smaller one costs is not worth a look; below 10 MB it gets none. */
  leastBytes: z
    .number()
    .min(0)
    .default(100 * MIB),
});
type Limits = z.infer<typeof Limits>;

/** Which indexes does another one make superfluous? Only ever information: dropping one is a decision. */
export const duplicateIndexes = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.duplicate-indexes',
  engine: 'postgres',
  title: 'Duplicate and overlapping indexes',
  why: 'Two indexes for one purpose cost every write twice and share the memory that one of them would need.',
  explainedBy: ['schema'],
  limits: Limits,
  ask: { read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY) },
  judge: ({ read }, _before, limits) =>
    read.indexes
      .filter(({ sizeBytes }) => sizeBytes >= limits.leastBytes)
      .slice(0, 5)
      .map((one) => findingOf(one, limits)),
});

async function look(primary: PostgresMember): Promise<Seen<Sample>> {
  const { indexes } = await largeRelations(primary);
  if (indexes.length === 0) return { sample: { indexes: [], more: 0 } };
  const found = await primary.query<Covered>(COVERED, [indexes.map(({ oid }) => oid)]);
  const { shown, more } = capped(found, 20);
  return { sample: { indexes: shown, more } };
}

function findingOf(one: Covered, limits: Limits): Finding {
  const { index, other, table, sizeBytes, alike } = one;
  const how = alike ? `is the same as \`${other}\`` : `is the beginning of \`${other}\`, which can do its work`;
  const caution = alike
    ? ''
    : ' It is smaller and a little quicker than the other, so look first whether its queries can spare it.';
  return {
    key: `postgres.duplicate-indexes:${index}`,
    severity: 'info',
    sentence: `Index \`${index}\` on \`${table}\` (${bytesText(sizeBytes)}, told from ${bytesText(limits.leastBytes)}) ${how}.`,
    measure: { value: sizeBytes, unit: 'bytes', limit: limits.leastBytes, step: 1024 ** 3 },
    evidence: one,
    next: `If nobody names it in a hint: DROP INDEX CONCURRENTLY ${index};${caution}`,
  };
}
