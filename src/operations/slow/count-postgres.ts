import { findStatements, type StatementsExtension } from '../../checks/postgres/statements-extension.ts';
import { whyBlind } from '../../checks/postgres/visibility.ts';
import { asFault } from '../../core/errors.ts';
import { COUNTERS, type StatementLook, type StatementRow } from '../../core/statement.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { blind, type Blind, type Counting } from './counting.ts';
import { runningOn } from './running.ts';
import { columnsOf, type Columns } from './statement-columns.ts';

/** Of the primary, those that took most; each of the replicas gives fewer. */
const MOST_ROWS = 1_000;
const MOST_REPLICA_ROWS = 250;
const MOST_REPLICAS = 2;

/**
 * All statements by id, database and role, without their texts, which are a file that the server reads whole. Statements within
 * functions count, but not for the sum of all: their time is that of the statement that called the function.
 * https://www.postgresql.org/docs/current/pgstatstatements.html
 */
const COUNTS = (schema: string, columns: Columns) => `
  with counted as materialized (
    select s.queryid, s.dbid, s.userid,
           ${COUNTERS.map((counter) => `sum((${columns.sums[counter]})::float8) as "${counter}"`).join(', ')},
           sum((${columns.sums.totalMs})::float8) filter (where ${columns.topLevel}) as "topMs",
           sum(s.calls::float8) filter (where ${columns.topLevel}) as "topCalls"
      from ${schema}.pg_stat_statements(false) s
     where s.queryid is not null and s.userid <> (select oid from pg_roles where rolname = current_user)
     group by 1, 2, 3),
  whole as (select count(*)::int as statements, coalesce(sum("topMs"), 0) as "allMs",
                   coalesce(sum("topCalls"), 0) as "allCalls" from counted)
  select c.*, c.queryid::text as id, coalesce(d.datname, '') as database, coalesce(r.rolname, '') as role, w.*
    from whole w
    left join (select * from counted order by "totalMs" desc limit $1) c on true
    left join pg_database d on d.oid = c.dbid
    left join pg_roles r on r.oid = c.userid`;

type CountRow = {
  id: string | null;
  database: string;
  role: string;
  statements: number;
  allMs: number;
  allCalls: number;
} & {
  [counter: string]: number;
};

/** The clock of the server, and since when it counts. */
const SINCE = (schema: string) => `
  select clock_timestamp() as now, i.stats_reset as "resetAt", i.dealloc::int8 as forgotten,
         current_setting('track_io_timing') as "ioTiming", current_setting('pg_stat_statements.track') = 'none' as "tracksNone",
         (select query_id is null from pg_stat_activity where pid = pg_backend_pid()) as "hasNoIds"
    from ${schema}.pg_stat_statements_info i`;
type SinceRow = {
  now: string;
  resetAt: string | null;
  forgotten: number;
  ioTiming: string;
  tracksNone: boolean;
  hasNoIds: boolean;
};

/** Counts the statements of the member that takes writes and of the first replicas, side by side. */
export async function countPostgres(target: PostgresTarget): Promise<Counting> {
  const replicas = target.members.filter((member) => member !== target.primary && member.inRecovery);
  const asked = [...(target.primary ? [target.primary] : []), ...replicas.slice(0, MOST_REPLICAS)];
  const looked = await Promise.all(asked.map((member) => countMember(member, member === target.primary)));
  const silent = target.unreached.map(({ name, reason }) => blind(name, `${name} does not answer: ${reason}`));
  return {
    looks: looked.filter((one): one is StatementLook => 'rows' in one),
    blind: [...silent, ...looked.filter((one): one is Blind => !('rows' in one))],
    more: Math.max(0, replicas.length - MOST_REPLICAS),
    tables: [],
  };
}

async function countMember(member: PostgresMember, isPrimary: boolean): Promise<StatementLook | Blind> {
  try {
    const found = await findStatements(member);
    if ('skipped' in found) return blind(member.name, found.skipped, found.fix);
    const hidden = await whyBlind(member);
    if (hidden) return blind(member.name, hidden.skipped, hidden.fix);
    return await lookAt(member, found, isPrimary ? 'primary' : 'replica');
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    // A replica replays DROP EXTENSION between two questions.
    if (code === 'bug' && !/\((?:42883|42P01)\)$/.test(message)) throw thrown;
    return blind(member.name, `${member.name} stopped answering while it was counted: ${message}`);
  }
}

async function lookAt(
  member: PostgresMember,
  { schema }: StatementsExtension,
  role: StatementLook['role'],
): Promise<StatementLook | Blind> {
  const most = role === 'primary' ? MOST_ROWS : MOST_REPLICA_ROWS;
  const columns = await columnsOf(member, schema);
  const [rows, [since], running] = await Promise.all([
    member.query<CountRow>(COUNTS(schema, columns), [most]),
    member.query<SinceRow>(SINCE(schema)),
    runningOn(member),
  ]);
  const off = since && whyOff(member.name, since);
  if (off) return off;
  const counted = rows.filter(({ id }) => id !== null);
  const [whole = NOTHING] = rows;
  const { now, resetAt, forgotten, ioTiming } = since ?? UNKNOWN;
  return {
    member: member.name,
    role,
    at: now,
    resetAt,
    forgotten,
    leastMs: counted.length === most ? Math.ceil(counted.at(-1)?.['totalMs'] ?? 0) : 0,
    all: { calls: whole.allCalls, totalMs: whole.allMs, statements: whole.statements },
    unmeasured: ioTiming === 'on' ? [] : [UNTIMED],
    rows: counted.map(rowOf),
    running,
  };
}

/** Counters that stand still look like a quiet night. A statement without an id is not counted, whoever would make the id. */
function whyOff(name: string, { tracksNone, hasNoIds }: SinceRow): Blind | undefined {
  if (tracksNone)
    return blind(
      name,
      `pg_stat_statements counts nothing on ${name}: its setting track is none`,
      "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();",
    );
  if (!hasNoIds) return undefined;
  return blind(
    name,
    `pg_stat_statements counts nothing on ${name}: compute_query_id is off`,
    "ALTER SYSTEM SET compute_query_id = 'auto'; SELECT pg_reload_conf();",
  );
}

const NOTHING = { allCalls: 0, allMs: 0, statements: 0 };
const UNKNOWN = { now: '', resetAt: null, forgotten: 0, ioTiming: 'off' };
const UNTIMED = { counter: 'ioMs', fix: 'set track_io_timing to on (its cost: pg_test_timing).' } as const;

function rowOf(row: CountRow): StatementRow {
  return [
    row.id ?? '',
    row.database,
    row.role,
    ...COUNTERS.map((counter) => Math.round((row[counter] ?? 0) * 10) / 10),
  ];
}
