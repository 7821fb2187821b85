import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText, listText, percentText } from '../wording.ts';
import { askPrimary } from './visibility.ts';

/**
 * Tables past the point where autovacuum should come, by their own settings; 18+ caps that point.
 * Reads statistics only: no size function, which would wait behind an ACCESS EXCLUSIVE lock. Asks by the functions under
 * pg_stat_user_tables and first for dead rows alone: the view joins every index, which takes most of the time on 5,000 tables.
 * Below 16384 (FirstNormalObjectId) are the tables of the catalogue itself.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-STATS-FUNCTIONS
 */
const BACKLOG = `
  with dirty as materialized (
    select c.oid, c.relnamespace, c.relname, c.reltuples, c.reloptions, pg_stat_get_dead_tuples(c.oid) as dead
      from pg_class c where c.relkind in ('r', 'm') and c.oid >= 16384 and pg_stat_get_dead_tuples(c.oid) > 0),
  tables as (
    select n.nspname || '.' || d.relname as "table", d.dead, pg_stat_get_live_tuples(d.oid) as live,
           extract(epoch from clock_timestamp() - greatest(pg_stat_get_last_vacuum_time(d.oid),
             pg_stat_get_last_autovacuum_time(d.oid)))::float8 as "vacuumedSecondsAgo",
           exists (select from pg_stat_progress_vacuum p where p.relid = d.oid) as "vacuumRuns",
           coalesce(o.enabled, true) as enabled,
           least(coalesce(o.base, current_setting('autovacuum_vacuum_threshold')::float8)
             + coalesce(o.scale, current_setting('autovacuum_vacuum_scale_factor')::float8) * greatest(d.reltuples, 0),
             coalesce(nullif(coalesce(o.most, current_setting('autovacuum_vacuum_max_threshold', true)::float8), -1), 'infinity'))
             as trigger
      from dirty d join pg_namespace n on n.oid = d.relnamespace,
           lateral (select max(option_value) filter (where option_name = 'autovacuum_vacuum_threshold')::float8 as base,
                           max(option_value) filter (where option_name = 'autovacuum_vacuum_scale_factor')::float8 as scale,
                           max(option_value) filter (where option_name = 'autovacuum_vacuum_max_threshold')::float8 as most,
                           max(option_value) filter (where option_name = 'autovacuum_enabled')::bool as enabled
                      from pg_options_to_table(d.reloptions)) o)
  select *, count(*) over ()::int as queue from tables where dead > trigger order by dead desc limit 15`;

const WORKERS = `
  select current_database() as database, current_setting('autovacuum')::bool and current_setting('track_counts')::bool as enabled,
         current_setting('autovacuum_max_workers')::int as "workersMost",
         (select count(*)::int from pg_stat_activity where backend_type = 'autovacuum worker') as workers`;

/**
 * Workers that wait for a lock or a page: only vacuum against wraparound waits for a lock, all others leave such a table out.
 * waitstart is 14+. https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SESSION
 */
const HELD_UP = `
  select a.pid, coalesce(n.nspname || '.' || c.relname, 'unknown') as "table", a.wait_event_type as "waitsFor",
         a.query like '%(to prevent wraparound)%' as "againstWraparound", pg_blocking_pids(a.pid) as blockers,
         greatest(0, extract(epoch from clock_timestamp() - coalesce(l.waitstart, a.xact_start)))::float8 as "waitSeconds"
    from pg_stat_activity a
    left join pg_stat_progress_vacuum p on p.pid = a.pid and p.datname = current_database()
    left join lateral (select min(waitstart) as waitstart, min(relation) as relation from pg_locks
                        where pid = a.pid and not granted) l on true
    left join pg_class c on c.oid = coalesce(l.relation, p.relid)
    left join pg_namespace n on n.oid = c.relnamespace
   where a.backend_type = 'autovacuum worker' and a.wait_event_type in ('Lock', 'BufferPin') order by 6 desc limit 10`;

type HeldUp = {
  pid: number;
  table: string;
  waitsFor: string;
  againstWraparound: boolean;
  blockers: readonly number[];
  waitSeconds: number;
};
type Backlog = {
  table: string;
  dead: number;
  live: number;
  vacuumedSecondsAgo: number | null;
  vacuumRuns: boolean;
  enabled: boolean;
  trigger: number;
};
type Workers = { database: string; enabled: boolean; workersMost: number; workers: number };
type Sample = Workers & { queue: number; tables: readonly Backlog[]; heldUp: readonly HeldUp[] };

const Limits = z.strictObject({
  deadRows: z.number().int().min(0).default(100_000),
  deadRatio: z.number().min(0).max(1).default(0.2),
  /** A table that is past its trigger and was vacuumed this long ago, whatever its ratio. */
  starvedSeconds: z.number().min(0).default(86_400),
  /** A worker that waits for a lock: it holds up everybody who comes after it, and cleans nothing. */
  heldUpSeconds: z.number().min(0).default(300),
  /** Tables in the queue for each worker while all of them are busy. */
  queuePerWorker: z.number().min(1).default(5),
});
type Limits = z.infer<typeof Limits>;

/** Does autovacuum keep up? */
export const autovacuum = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.autovacuum',
  engine: 'postgres',
  title: 'Autovacuum backlog',
  why: 'Dead rows that are not removed make every query slower and every table larger, for good.',
  explainedBy: ['setting', 'statement', 'traffic', 'schema', 'failover', 'restart'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => {
        const [tables, [workers], heldUp] = await Promise.all([
          primary.query<Backlog & { queue: number }>(BACKLOG),
          primary.query<Workers>(WORKERS),
          primary.query<HeldUp>(HELD_UP),
        ]);
        const about = workers ?? { database: '', enabled: true, workersMost: 0, workers: 0 };
        return {
          ...about,
          queue: tables[0]?.queue ?? 0,
          tables: tables.map(({ queue: _queue, ...one }) => one),
          heldUp,
        };
      }),
  },

  judge: ({ read }, _before, limits) => [
    ...switchedOff(read),
    ...saturated(read, limits),
    ...heldUpFindings(read, limits),
    ...read.tables
      .filter((one) => isBehind(one, limits))
      .slice(0, 3)
      .map((one) => tableFinding(one, limits)),
  ],

  facts: ({ read }) => [
    {
      label: 'Autovacuum',
      value: `${countText(read.queue, 'table')} due in ${read.database}, ${read.workers} of ${read.workersMost} workers busy`,
    },
  ],
});

function isBehind({ dead, live, vacuumedSecondsAgo }: Backlog, limits: Limits): boolean {
  if (dead < limits.deadRows) return false;
  return dead / (live + dead) >= limits.deadRatio || (vacuumedSecondsAgo ?? 0) >= limits.starvedSeconds;
}

function tableFinding(one: Backlog, limits: Limits): Finding {
  const { table, dead, live, vacuumedSecondsAgo, vacuumRuns, enabled } = one;
  const last = vacuumedSecondsAgo === null ? 'never vacuumed' : `last vacuumed ${durationText(vacuumedSecondsAgo)} ago`;
  const now = vacuumRuns ? '; a vacuum works on it now' : enabled ? '' : '; autovacuum is switched off for it';
  const ratio = dead / (live + dead);
  return {
    key: `postgres.autovacuum:${table}`,
    severity: vacuumRuns ? 'info' : 'warning',
    sentence: `Table \`${table}\` has ${countText(dead, 'dead row')} (${percentText(ratio)}, limit ${countText(limits.deadRows, 'row')} and ${percentText(limits.deadRatio)}), ${last}${now}.`,
    measure: { value: dead, unit: 'dead rows', limit: limits.deadRows, step: limits.deadRows },
    evidence: one,
    next: vacuumRuns
      ? 'Let it finish; look again later.'
      : 'See that no old transaction holds cleaning back, then run VACUUM (ANALYZE) on it at a quiet hour.',
  };
}

function switchedOff({ enabled }: Sample): Finding[] {
  if (enabled) return [];
  return [
    {
      key: 'postgres.autovacuum:off',
      severity: 'warning',
      sentence: 'Autovacuum does not run: autovacuum or track_counts is off.',
      evidence: { enabled },
      next: 'Switch both on and reload; nothing removes dead rows until then.',
    },
  ];
}

function saturated({ workers, workersMost, queue, tables }: Sample, limits: Limits): Finding[] {
  const limit = workersMost * limits.queuePerWorker;
  if (workersMost === 0 || workers < workersMost || queue <= limit) return [];
  return [
    {
      key: 'postgres.autovacuum:workers',
      severity: 'warning',
      sentence: `All ${workersMost} autovacuum workers are busy and ${countText(queue, 'table')} wait for one (limit ${limit}).`,
      measure: { value: queue, unit: 'tables', limit, step: limit },
      evidence: { workers, workersMost, queue, tables: tables.slice(0, 5) },
      next: 'Raise autovacuum_vacuum_cost_limit first: more workers share the same budget.',
    },
  ];
}

function heldUpFindings({ heldUp }: Sample, { heldUpSeconds }: Limits): Finding[] {
  return heldUp
    .filter(({ waitSeconds }) => waitSeconds >= heldUpSeconds)
    .slice(0, 3)
    .map((one) => ({
      key: `postgres.autovacuum:${one.table}:held-up`,
      severity: 'warning',
      sentence: `An autovacuum worker${one.againstWraparound ? ' against wraparound' : ''} waits on table \`${one.table}\` for ${durationText(one.waitSeconds)} (limit ${durationText(heldUpSeconds)})${blockersText(one)}.`,
      measure: { value: Math.round(one.waitSeconds), unit: 's', limit: heldUpSeconds, step: 600 },
      evidence: one,
      next: 'Let the session that blocks it finish, or end that one; never end a worker against wraparound.',
    }));
}

function blockersText({ blockers, waitsFor }: HeldUp): string {
  const pids = blockers.filter((pid) => pid !== 0);
  if (pids.length > 0) return `, behind pid ${listText(pids.map(String))}`;
  return waitsFor === 'BufferPin' ? ', because a session holds a page of it' : '';
}
