import { countBehind, treesOf, type Waiter } from '../../checks/postgres/lock-tree.ts';
import { WAITERS } from '../../checks/postgres/locks.ts';
import { whyBlind } from '../../checks/postgres/visibility.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { memberOf, SESSION_COLUMNS, withoutLiterals, type Session } from '../end/session.ts';
import { pidsIn, pruned, withSessions, type Drawn } from './lock-drawing.ts';

/** What was asked for; null where nothing was. */
export type Asked = { state: string | null; app: string | null; member: string | null };

/** A session of the list; whom it blocks is in the trees. */
export type Listed = Omit<Session, 'member' | 'blocks'>;
export type Tree = { victims: number; oldestWaitSeconds: number; root: Drawn };
export type PostgresLook = {
  engine: 'postgres';
  member: string;
  /** Why not all is seen, and the GRANT that mends it. */
  blind: { skipped: string; fix: string } | null;
  maxConnections: number;
  states: readonly { state: string; sessions: number }[];
  groups: readonly { application: string; user: string; state: string; sessions: number; oldestSeconds: number }[];
  sessions: readonly Listed[];
  /** How many there are in all, of what was asked for. */
  matching: number;
  trees: readonly Tree[];
  moreTrees: number;
  prepared: readonly { owner: string; database: string; ageSeconds: number }[];
};

export const MOST_SESSIONS = 25;
const MOST_TREES = 3;

/** Every client but ourselves, and what else works: replication and autovacuum. */
const SHOWN = `(a.backend_type = 'client backend' and a.application_name <> 'nightshift'
  or a.backend_type ~ '^(walsender|autovacuum worker|logical replication .*worker)')`;

const FITS = `
  ($1::text is null or case $1 when 'active' then a.state = 'active' when 'idle' then a.state = 'idle'
     when 'transaction' then a.state like 'idle in transaction%' else a.wait_event_type = 'Lock' end)
  and ($2::text is null or position(lower($2) in lower(a.application_name)) > 0)`;

/** What works first, then what waits for locks, what holds a transaction open, what the server itself does, what idles. */
const SESSIONS = `
  select ${SESSION_COLUMNS}, count(*) over ()::int as matching from pg_stat_activity a where ${SHOWN} and ${FITS}
   order by case when a.state = 'idle' then 4 when a.backend_type <> 'client backend' then 3 when a.state <> 'active' then 2
                 when a.wait_event_type = 'Lock' then 1 else 0 end, coalesce(a.xact_start, a.state_change, a.backend_start), a.pid
   limit ${MOST_SESSIONS}`;

const GROUPS = `
  select coalesce(nullif(left(a.application_name, 63), ''), 'unnamed') as application, coalesce(a.usename, '') as "user",
         coalesce(a.state, 'unknown') as state, count(*)::int as sessions,
         greatest(0, max(extract(epoch from clock_timestamp() - coalesce(a.state_change, a.backend_start))))::float8 as "oldestSeconds"
    from pg_stat_activity a where ${SHOWN} and a.backend_type = 'client backend' and ${FITS}
   group by 1, 2, 3 order by coalesce(min(a.state), '') <> 'active', sessions desc, 1, 2 limit 12`;

const STATES = `
  select coalesce(a.state, 'unknown') as state, count(*)::int as sessions,
         (select setting::int from pg_settings where name = 'max_connections') as "maxConnections"
    from pg_stat_activity a where a.backend_type = 'client backend' and a.application_name <> 'nightshift'
   group by 1 order by 2 desc, 1`;

const KNOWN = `select ${SESSION_COLUMNS} from pg_stat_activity a where a.pid = any($1)`;

/** https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html */
const PREPARED = `
  select owner, database, extract(epoch from clock_timestamp() - prepared)::float8 as "ageSeconds"
    from pg_prepared_xacts order by prepared limit 5`;

/** Who is doing what on one member. All sizes are bounded; SQL is normalised before it leaves the room. */
export async function lookAtPostgres(target: PostgresTarget, { state, app, member }: Asked): Promise<PostgresLook> {
  const asked = memberOf(target, member);
  const filter = [state, app];
  const [blind, sessions, groups, states, locks] = await Promise.all([
    whyBlind(asked),
    asked.query<Listed & { matching: number }>(SESSIONS, filter),
    asked.query<PostgresLook['groups'][number]>(GROUPS, filter),
    asked.query<{ state: string; sessions: number; maxConnections: number }>(STATES),
    lookAtLocks(asked),
  ]);
  return {
    engine: 'postgres',
    member: asked.name,
    blind: blind ?? null,
    maxConnections: states[0]?.maxConnections ?? 0,
    states: states.map((one) => ({ state: one.state, sessions: one.sessions })),
    groups,
    sessions: sessions.map(withoutLiterals),
    matching: sessions[0]?.matching ?? 0,
    ...locks,
  };
}

async function lookAtLocks(member: PostgresMember): Promise<Pick<PostgresLook, 'trees' | 'moreTrees' | 'prepared'>> {
  const waiters = await member.query<Waiter>(WAITERS);
  const waits = new Map(waiters.map(({ pid, waitSeconds }) => [pid, waitSeconds]));
  const trees = treesOf(waiters);
  const shown = trees.slice(0, MOST_TREES).map((tree) => ({
    victims: countBehind(tree),
    oldestWaitSeconds: Math.max(0, ...pidsBehind(tree).map((pid) => waits.get(pid) ?? 0)),
    root: pruned(tree),
  }));
  const pids = shown.flatMap(({ root }) => pidsIn(root));
  const [known, prepared] = await Promise.all([
    pids.length > 0 ? member.query<Listed>(KNOWN, [pids]) : [],
    pids.includes(0) ? member.query<PostgresLook['prepared'][number]>(PREPARED) : [],
  ]);
  const byPid = new Map(known.map((session) => [session.pid, withoutLiterals(session)]));
  return {
    trees: shown.map((tree) => ({ ...tree, root: withSessions(tree.root, byPid) })),
    moreTrees: trees.length - shown.length,
    prepared,
  };
}

type Behind = { pid: number; behind: readonly Behind[] };

function pidsBehind({ behind }: Behind): number[] {
  return behind.flatMap((branch) => [branch.pid, ...pidsBehind(branch)]);
}
