import { findStatements } from '../../checks/postgres/statements-extension.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { runningEntries } from './running-statement.ts';
import { createShaper, type Shaped } from './statement-id.ts';

/** The first texts cost most and are asked for first; then all others, as far as this many bytes go. */
const FIRST_ASKED = 300;
const MOST_BYTES = 32_000_000;
/** A longer text is built by a program, and no plan of it fits on a phone. */
const LONGEST_TEXT_BYTES = 100_000;

/**
 * The texts are a file that the server reads whole whenever somebody wants one, so all that may be needed come at once. The text is
 * NULL where that file was lost. https://www.postgresql.org/docs/current/pgstatstatements.html
 */
const TEXTS = (schema: string) => `
  select s.queryid::text as "queryId", d.datname as database, r.rolname as role, s.calls::int8 as calls,
         s.total_exec_time::float8 as "totalMs", s.stddev_exec_time::float8 as "deviationMs", s.rows::int8 as rows,
         s.shared_blks_hit::int8 as "hitBlocks", s.shared_blks_read::int8 as "readBlocks",
         (s.temp_blks_read + s.temp_blks_written)::int8 as "temporaryBlocks", s.query
    from (select *, coalesce(sum(octet_length(query)) over (order by total_exec_time desc, queryid), 0) as "bytesSoFar",
                 row_number() over (order by total_exec_time desc, queryid) as place
            from ${schema}.pg_stat_statements(true)
           where queryid is not null and calls > 0 and coalesce(octet_length(query), 0) <= ${LONGEST_TEXT_BYTES}) s
    left join pg_database d on d.oid = s.dbid left join pg_roles r on r.oid = s.userid
   where s.place > $1 and s.place <= $2 and s."bytesSoFar" <= ${MOST_BYTES}
   order by s.place`;

type Row = {
  queryId: string;
  database: string | null;
  role: string | null;
  calls: number;
  totalMs: number;
  deviationMs: number;
  rows: number;
  hitBlocks: number;
  readBlocks: number;
  temporaryBlocks: number;
  query: string | null;
};

/** One way in which a statement ran: the same shape may have several, by role, database and detail of the text. */
export type Entry = Omit<Row, 'query'> &
  Shaped & { sql: string; /** How it was found, where pg_stat_statements of the primary has it not. */ found?: string };

/** What pg_stat_statements knows of the statements that were asked for, or why nothing can be known. */
export type FoundStatements =
  | { entries: ReadonlyMap<string, readonly Entry[]>; hidden: number; lost: number }
  | { missing: { skipped: string; fix: string } };

/** Looks for statements whose id begins as asked; what costs most in all comes first. */
export async function findEntries(member: PostgresMember, ids: readonly string[]): Promise<FoundStatements> {
  const extension = await findStatements(member);
  if ('skipped' in extension) return { missing: extension };
  const texts = TEXTS(extension.schema);
  const first = sorted(await member.query<Row>(texts, [0, FIRST_ASKED]), ids);
  // A short id may be another statement's, too, so only whole ones end the search.
  if (ids.every((id) => id.length === 14 && first.entries.has(id)) || first.seen < FIRST_ASKED) return first;
  const others = sorted(await member.query<Row>(texts, [FIRST_ASKED, 1_000_000]), ids);
  const entries = new Map(first.entries);
  for (const [id, more] of others.entries) entries.set(id, [...(entries.get(id) ?? []), ...more]);
  return { entries, hidden: first.hidden + others.hidden, lost: first.lost + others.lost };
}

/**
 * As `findEntries`, on the primary; what it does not know is looked for on the replicas, and then among what runs now: a statement is
 * counted when it ends.
 */
export async function findEverywhere(
  target: PostgresTarget,
  primary: PostgresMember,
  ids: readonly string[],
): Promise<FoundStatements> {
  const found = await findEntries(primary, ids);
  if ('missing' in found) return found;
  const entries = new Map(found.entries);
  const missing = () => ids.filter((id) => ![...entries.keys()].some((known) => known.startsWith(id)));
  const others = target.members.filter((member) => member !== primary);
  for (const member of others) {
    if (missing().length === 0) break;
    const there = await findEntries(member, missing());
    if ('missing' in there) continue;
    for (const [id, all] of there.entries)
      entries.set(
        id,
        all.map((entry) => ({
          ...entry,
          found: `Only ${member.name} has run it: the numbers are from there, the plan is of ${primary.name}.`,
        })),
      );
  }
  for (const member of [primary, ...others]) {
    if (missing().length === 0) break;
    for (const [id, all] of await runningEntries(member, missing())) entries.set(id, all);
  }
  return { ...found, entries };
}

type Sorted = { entries: Map<string, Entry[]>; hidden: number; lost: number; seen: number };

function sorted(rows: readonly Row[], ids: readonly string[]): Sorted {
  const shape = createShaper();
  const found: Sorted = { entries: new Map(), hidden: 0, lost: 0, seen: rows.length };
  for (const { query, ...row } of rows) {
    if (query === null) found.lost += 1;
    else if (query === '<insufficient privilege>') found.hidden += 1;
    else {
      const { id, text } = shape(query);
      if (!ids.some((asked) => id.startsWith(asked))) continue;
      found.entries.set(id, [...(found.entries.get(id) ?? []), { ...row, id, text, sql: query }]);
    }
  }
  return found;
}
