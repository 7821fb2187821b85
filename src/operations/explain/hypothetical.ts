import { asFault } from '../../core/errors.ts';
import type { PostgresMember } from '../../targets/postgres.ts';
import { planOnce, type SearchPath } from './ask-plan.ts';
import { candidateSql, type IndexCandidate } from './index-candidates.ts';
import { nodesOf } from './plan.ts';

/** What the server itself would do with an index that is not there. */
export type Proof = { costBefore: number; costAfter: number; isUsed: boolean; sizeBytes: number };
/** By candidate, in their order; null where that one could not be tried. */
export type Trials = { proofs: readonly (Proof | null)[] } | { untried: string };

/** https://hypopg.readthedocs.io/ */
const SCHEMA = `
  select quote_ident(n.nspname) as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace
   where e.extname = 'hypopg' and has_schema_privilege(e.extnamespace, 'USAGE')`;
const CREATE = (schema: string) =>
  `select indexrelid::int8 as oid, indexname as name from ${schema}.hypopg_create_index($1)`;
const SIZE = (schema: string) => `select ${schema}.hypopg_relation_size($1::oid)::int8 as "sizeBytes"`;
const RESET = (schema: string) => `select ${schema}.hypopg_reset()`;

type Sendable = Parameters<typeof planOnce>[1];

/** Tries indexes that exist in our own session only; nobody else sees them, and nothing is built. */
export async function tryIndexes(
  member: PostgresMember,
  statement: { sendable: Sendable; path: SearchPath; costBefore: number },
  candidates: readonly IndexCandidate[],
): Promise<Trials> {
  const [found] = await member.query<{ schema: string }>(SCHEMA);
  if (!found) return { untried: 'the extension hypopg is not in this database' };
  const proofs: (Proof | null)[] = [];
  for (const candidate of candidates) proofs.push(await tryIndex(member, found.schema, statement, candidate));
  return { proofs };
}

async function tryIndex(
  member: PostgresMember,
  schema: string,
  { sendable, path, costBefore }: Parameters<typeof tryIndexes>[1],
  candidate: IndexCandidate,
): Promise<Proof | null> {
  try {
    const [made] = await member.query<{ oid: number; name: string }>(CREATE(schema), [
      `CREATE INDEX ON ${candidateSql(candidate)}`,
    ]);
    if (!made) return null;
    const plan = await planOnce(member, sendable, path);
    const [size] = await member.query<{ sizeBytes: number }>(SIZE(schema), [made.oid]);
    const isUsed = nodesOf(plan.root).some(({ index }) => index === made.name);
    return { costBefore, costAfter: plan.totalCost, isUsed, sizeBytes: size?.sizeBytes ?? 0 };
  } catch (thrown) {
    if (asFault(thrown).code === 'target_unreachable') throw thrown;
    return null;
  } finally {
    await member.query(RESET(schema));
  }
}
