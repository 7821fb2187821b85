import type { Finding } from '../../core/finding.ts';
import { percentText } from '../wording.ts';

/** Something that keeps old rows from being removed and frozen. */
export type Holder = { kind: string; object: string; age: number };

/**
 * Who holds the oldest snapshot: sessions, slots, prepared transactions, standbys with feedback.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
 */
export const HORIZON = `
  select kind, object, age from (
    select 'session' as kind, coalesce(nullif(left(application_name, 40), ''), 'unnamed') as object,
           greatest(age(backend_xid), age(backend_xmin)) as age
      from pg_stat_activity where backend_type = 'client backend' and application_name <> 'nightshift'
    union all
    select 'standby', coalesce(nullif(application_name, ''), 'unnamed'), age(backend_xmin) from pg_stat_replication
    union all
    select 'slot', slot_name, greatest(age(xmin), age(catalog_xmin)) from pg_replication_slots
    union all
    select 'prepared transaction', 'owner ' || owner, age(transaction) from pg_prepared_xacts) held
   where age is not null order by age desc limit 5`;

const REMEDY: { readonly [kind: string]: string } = {
  session: 'End the session or let it finish.',
  standby: 'Find the long query on that standby, or switch hot_standby_feedback off there.',
  slot: 'Start the reader of the slot again; drop the slot only when its reader is gone for good.',
  'prepared transaction': 'Let its owner commit it or roll it back.',
};

/** The one who holds the horizon, when that is far behind. */
export function holderFinding(
  holders: readonly Holder[],
  freezeMaxAge: number,
  limits: { horizonWarningRatio: number; horizonCriticalRatio: number },
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
      sentence: `The ${oldest.kind} \`${oldest.object}\` holds back cleaning for ${(oldest.age / 1e6).toFixed(1)} million transactions (${percentText(ratio)} of autovacuum_freeze_max_age, ${severity} at ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 10 },
      evidence: { holders },
      next: REMEDY[oldest.kind] ?? 'Find out what it is for before you end it.',
    },
  ];
}
