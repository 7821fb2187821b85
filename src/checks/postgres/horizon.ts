import type { Finding, NextAction } from '../../core/finding.ts';
import { durationText, percentText } from '../wording.ts';
import { actionsOn } from './session.ts';

/** Something that keeps old rows from being removed and frozen. */
export type Holder = {
  kind: string;
  object: string;
  /** In transactions. */
  age: number;
  /** Only of a session. */
  pid: number | null;
  /** When that session began, in microseconds since 1970: a pid is used again. */
  backendStartMicros: string | null;
  /** The server that says so. */
  member: string;
  /** Since its transaction began, or since it was prepared; null where nobody knows. */
  heldSeconds: number | null;
};

/**
 * Who holds the oldest snapshot: sessions, slots, prepared transactions, standbys with feedback (with a slot, the slot keeps
 * it for them). Vacuum's own snapshot holds nothing back.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-HOT-STANDBY-FEEDBACK
 */
export const HORIZON = `
  select kind, object, age, pid, "backendStartMicros", "heldSeconds" from (
    select 'session' as kind, coalesce(nullif(left(application_name, 40), ''), 'unnamed') as object,
           greatest(age(backend_xid), age(backend_xmin)) as age, a.pid,
           (extract(epoch from a.backend_start) * 1000000)::bigint::text as "backendStartMicros",
           extract(epoch from clock_timestamp() - xact_start)::float8 as "heldSeconds"
      from pg_stat_activity a where backend_type = 'client backend' and application_name <> 'nightshift'
       and not exists (select from pg_stat_progress_vacuum p where p.pid = a.pid)
    union all
    select 'standby', coalesce(nullif(application_name, ''), 'unnamed'), age(backend_xmin), null, null, null from pg_stat_replication
    union all
    select case when slot_type = 'physical' then 'standby behind slot' else 'slot' end, slot_name,
           greatest(age(xmin), age(catalog_xmin)), null, null, null from pg_replication_slots
    union all
    select 'prepared transaction', 'owner ' || owner, age(transaction), null, null,
           extract(epoch from clock_timestamp() - prepared)::float8 from pg_prepared_xacts) held
   where age is not null order by age desc, kind, object limit 5`;

const REMEDY: { readonly [kind: string]: string } = {
  session: 'End the session or let it finish.',
  standby: 'Find the long query on that standby, or switch hot_standby_feedback off there.',
  'standby behind slot':
    'Find the long query on the standby that reads this slot, or switch hot_standby_feedback off there; drop the slot only when the standby is gone for good.',
  slot: 'Start the reader of the slot again; drop the slot only when its reader is gone for good.',
  'prepared transaction': 'Let its owner commit it or roll it back.',
};

/** "the session `report` (pid 12, for 3 h)": who holds it, for a sentence. */
export function holderText({ kind, object, pid, heldSeconds }: Holder): string {
  const about = [
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(heldSeconds === null ? [] : [`for ${durationText(heldSeconds)}`]),
  ];
  return `the ${kind} \`${object}\`${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
}

/** The safest way to make a holder let go. */
export function remedyFor({ kind }: Holder): string {
  return REMEDY[kind] ?? 'Find out what it is for before you end it.';
}

function actionsFor({ pid, backendStartMicros, member }: Holder, target: string): { actions?: NextAction[] } {
  if (pid === null || backendStartMicros === null) return {};
  return { actions: actionsOn({ pid, member, state: '', backendStartMicros, queryStartMicros: null }, target) };
}

/** The one who holds the horizon, when that is far behind. */
export function holderFinding(
  holders: readonly Holder[],
  freezeMaxAge: number,
  limits: { horizonWarningRatio: number; horizonCriticalRatio: number },
  target: string,
): Finding[] {
  const [oldest] = holders;
  if (!oldest || freezeMaxAge === 0) return [];
  const ratio = oldest.age / freezeMaxAge;
  if (ratio < limits.horizonWarningRatio) return [];
  const severity = ratio >= limits.horizonCriticalRatio ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.horizonCriticalRatio : limits.horizonWarningRatio;
  return [
    {
      key: 'postgres.wraparound:horizon',
      severity,
      sentence: `${capitalised(holderText(oldest))} holds back cleaning for ${(oldest.age / 1e6).toFixed(1)} million transactions (${percentText(ratio)} of autovacuum_freeze_max_age, ${severity} at ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 10 },
      evidence: { holders },
      next: remedyFor(oldest),
      ...actionsFor(oldest, target),
    },
  ];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
