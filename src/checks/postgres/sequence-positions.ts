import type { PostgresMember } from '../../targets/postgres.ts';

/** How far a sequence has come. */
export type Position = {
  oid: number;
  name: string;
  value: number;
  least: number;
  most: number;
  step: number;
  cycles: boolean;
};
type Read = { database: string; count: number; unread: number; positions: readonly Position[] };
type Hidden = { database: string; role: string; hidden: number };

/**
 * Each sequence that is read stays locked until the end of the statement and takes a place in the lock table, which everybody
 * shares and which holds 6,400 by default: so only the most used of very many, which is also what a new session can afford to open.
 * https://www.postgresql.org/docs/current/runtime-config-locks.html#GUC-MAX-LOCKS-PER-TRANSACTION
 */
const MOST = 200;

/** Short ranges first. Every nextval() fetches the sequence's only block, so this counts numbers taken. https://www.postgresql.org/docs/current/monitoring-stats.html */
const MOST_USED = `
  select s.seqrelid::int8 as oid, count(*) over ()::int as count from pg_sequence s
   order by s.seqmax < 2147483647 desc, pg_stat_get_blocks_fetched(s.seqrelid) desc, s.seqrelid limit ${MOST}`;
const ALL = `select seqrelid::int8 as oid, count(*) over ()::int as count from pg_sequence order by seqrelid limit ${MOST}`;

const ABOUT = `
  select current_database() as database, quote_ident(current_user) as role, (select count(*)::int from pg_sequence) as count,
         exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where n.nspname = 'nightshift' and p.proname = 'sequence_positions'
                    and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')) as definer`;

/** Sequences that ALTER SEQUENCE holds now are left out: reading one would wait for it. */
const POSITIONS = `
  with asked as materialized (
    select c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid = any($1::oid[]) and c.relpersistence <> 't'
       and not exists (select from pg_locks l where l.locktype = 'relation' and l.relation = c.oid and l.granted
                          and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')))
  select a.oid::int8 as oid, a.name, p.last_value::float8 as value, s.seqmin::float8 as least, s.seqmax::float8 as most,
         s.seqincrement::float8 as step, s.seqcycle as cycles, p.sequence is null as hidden
    from asked a join pg_sequence s on s.seqrelid = a.oid left join SOURCE p on p.sequence = a.oid`;

/** Made by infra/migrations/init-database.sql. */
const DEFINER = `nightshift.sequence_positions(array(select oid from asked))`;
/** The same, for a role that may read the sequences. https://www.postgresql.org/docs/current/view-pg-sequences.html */
const DIRECT = `(
  select oid as sequence, pg_sequence_last_value(oid) as last_value from asked where has_sequence_privilege(oid, 'usage, select'))`;

type About = { database: string; role: string; count: number; definer: boolean };
type Row = Omit<Position, 'value'> & { value: number | null; hidden: boolean };

/** The positions of all sequences, or of the most used where there are very many; or how many of them are hidden from us. */
export async function readPositions(member: PostgresMember): Promise<Read | Hidden> {
  const [about] = await member.query<About>(ABOUT);
  const { database, role, count, definer } = about ?? { database: '', role: '', count: 0, definer: false };
  if (count === 0) return { database, count, unread: 0, positions: [] };
  const chosen = await member.query<{ oid: number }>(count > MOST ? MOST_USED : ALL);
  const question = POSITIONS.replace('SOURCE', definer ? DEFINER : DIRECT);
  const rows = await member.query<Row>(question, [chosen.map(({ oid }) => oid)]);
  const hidden = rows.filter((row) => row.hidden).length;
  if (hidden > 0) return { database, role, hidden };
  const positions = rows.flatMap(({ hidden: _hidden, value, ...row }) => (value === null ? [] : [{ ...row, value }]));
  return { database, count, unread: count - rows.length, positions };
}
