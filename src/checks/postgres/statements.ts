import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import { normaliseSql } from '../../core/sql.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { findStatements } from './statements-extension.ts';
import { statementChanges, type Statement, type StatementSample } from './statement-changes.ts';
import { askPrimary, NO_PRIMARY } from './visibility.ts';

/** Of each order the first; what runs at this moment is among them however little it has run. */
const BY_TOTAL_MOST = 10;
const BY_CALLS_MOST = 6;
const BY_MEAN_MOST = 4;
const RUNNING_MOST = 6;
const TEXT_CHARACTERS = 140;

/**
 * The numbers of all statements without their texts, then the texts of the few that are named: texts are a file that is read
 * whole. `since` is known from 1.11 on (PostgreSQL 17).
 */
const TOP = (schema: string, hasSince: boolean) => `
  with counted as materialized (
    select s.queryid, s.dbid, sum(s.calls)::int8 as calls, sum(s.total_exec_time)::float8 as "totalMs",
           ${hasSince ? 'min(s.stats_since)' : 'null::timestamptz'} as since
      from ${schema}.pg_stat_statements(false) s
     where s.queryid is not null and s.userid <> (select oid from pg_roles where rolname = current_user)
     group by 1, 2),
  running as (
    select distinct a.query_id, a.datid from pg_stat_activity a
     where a.state = 'active' and a.backend_type = 'client backend' and a.pid <> pg_backend_pid() and a.query_id is not null
     limit ${RUNNING_MOST}),
  chosen as (
    (select * from counted order by "totalMs" desc limit ${BY_TOTAL_MOST})
    union (select * from counted order by calls desc limit ${BY_CALLS_MOST})
    union (select * from counted where calls >= 3 order by "totalMs" / calls desc limit ${BY_MEAN_MOST})
    union (select c.* from counted c join running r on r.query_id = c.queryid and r.datid = c.dbid)),
  texts as materialized (
    select distinct on (t.queryid, t.dbid) t.queryid, t.dbid, left(t.query, 2000) as query
      from ${schema}.pg_stat_statements(true) t where t.queryid in (select queryid from chosen))
  select c.queryid::text as id, d.datname as database, c.calls, c."totalMs", c.since, coalesce(t.query, '') as query,
         (select min("totalMs") from (select "totalMs" from counted order by "totalMs" desc limit ${BY_TOTAL_MOST}) top)::float8 as "leastMs",
         (select count(*)::int from counted) as statements
    from chosen c left join texts t using (queryid, dbid) left join pg_database d on d.oid = c.dbid
   order by c."totalMs" desc`;
type Row = Statement & { query: string; leastMs: number; statements: number };

/** From 1.9 on (PostgreSQL 14). */
const RESET = (schema: string) => `
  select stats_reset as "resetAt", dealloc::int8 as forgotten from ${schema}.pg_stat_statements_info`;

const Limits = z.strictObject({
  /** A statement that takes so many times as long, or is called so many times as often, is told. */
  leastJumpRatio: z.number().min(1.1).default(3),
  /** What all its calls together take of each second: less explains nothing. */
  leastLoadRatio: z.number().min(0).default(0.002),
});
type Limits = z.infer<typeof Limits>;

/** Which statements take the time? It finds nothing by itself: a later look tells which are new, slower or more often called. */
export const statements = defineCheck<PostgresTarget, { read: StatementSample }, Limits>({
  id: 'postgres.statements',
  engine: 'postgres',
  title: 'Statements that take the most time',
  why: 'A new statement, a plan that turned bad or a loop in an application is behind most nights that begin without a fault.',
  limits: Limits,
  ask: { read: look },
  judge: () => [],
  comparesRates: true,
  changes: (good, now, limits) => statementChanges(good, now, limits),
});

async function look(target: PostgresTarget): Promise<Seen<StatementSample>> {
  const { primary } = target;
  if (!primary) return NO_PRIMARY;
  const found = await findStatements(primary);
  if ('skipped' in found) return found;
  return await askPrimary(target, (member) => sampleOf(member, found.schema, found.minor));
}

async function sampleOf(member: PostgresMember, schema: string, minor: number): Promise<StatementSample> {
  const [rows, [info]] = await Promise.all([
    member.query<Row>(TOP(schema, minor >= 11)),
    member.query<{ resetAt: string; forgotten: number }>(RESET(schema)),
  ]);
  return {
    major: Math.floor(member.version / 10_000),
    resetAt: info?.resetAt ?? null,
    leastMs: rows[0]?.leastMs ?? 0,
    complete: rows.length > 0 && rows.length === rows[0]?.statements,
    top: rows.map(({ query, leastMs: _least, statements: _statements, ...row }) => ({
      ...row,
      totalMs: Math.round(row.totalMs * 10) / 10,
      text: withoutValue(normaliseSql(query, TEXT_CHARACTERS)),
    })),
  };
}

/** The value of a setting may stand there as a bare or a quoted name, which no literal is. */
function withoutValue(text: string): string {
  return text.replace(/^((?:alter\b.*?\s)?set\s+(?:session\s+|local\s+)?[\w.$"]+\s*(?:=|\bto\b))\s*\S.*$/i, '$1 ?');
}
