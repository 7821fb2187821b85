import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { Metric } from '../../core/metric.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { twoLimits } from '../metric-limits.ts';
import { countText, durationText } from '../wording.ts';
import { holderFinding, holderText, HORIZON, remedyFor, type Holder } from './horizon.ts';
import { askPrimary } from './visibility.ts';

/** https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND */
const AGES = `
  select datname as database, age(datfrozenxid) as "xidAge", mxid_age(datminmxid) as "multixactAge"
    from pg_database order by greatest(age(datfrozenxid), mxid_age(datminmxid)) desc limit 10`;

/** pg_current_snapshot() assigns no transaction id, txid_current() would. */
const SETTINGS = `
  select current_setting('autovacuum_freeze_max_age')::int as "freezeMaxAge",
         current_setting('autovacuum_multixact_freeze_max_age')::int as "multixactFreezeMaxAge",
         pg_snapshot_xmax(pg_current_snapshot())::text::bigint as "nextXid"`;

type Age = { database: string; xidAge: number; multixactAge: number };
type Settings = { freezeMaxAge: number; multixactFreezeMaxAge: number; nextXid: number };
type Sample = Settings & { databases: readonly Age[]; holders: readonly Holder[] };

/** Where the server refuses to assign further ids: 2^31 less a reserve of three million. */
const STOP_AGE = 2 ** 31 - 3_000_000;

const Limits = z.strictObject({
  /** Of autovacuum_freeze_max_age, at which autovacuum begins to freeze by force. */
  warningFreezeRatio: z.number().min(0).default(1),
  criticalAge: z.number().int().min(1).default(1_000_000_000),
  horizonWarningRatio: z.number().min(0).default(0.5),
  horizonCriticalRatio: z.number().min(0).default(0.8),
});
type Limits = z.infer<typeof Limits>;

/** How far is the server from running out of transaction ids? */
export const wraparound = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.wraparound',
  engine: 'postgres',
  title: 'Transaction id and multixact wraparound',
  why: 'When transaction ids run out the server refuses every write until it is vacuumed by hand.',
  cannotWait: 'Ids do not come back by themselves, and what is left may be used up before the next look.',
  explainedBy: ['setting', 'statement', 'traffic', 'schema', 'failover'],
  limits: Limits,
  ask: {
    read: (target) =>
      askPrimary(target, async (primary) => {
        const [databases, [settings], held] = await Promise.all([
          primary.query<Age>(AGES),
          primary.query<Settings>(SETTINGS),
          primary.query<Omit<Holder, 'member'>>(HORIZON),
        ]);
        const holders = held.map((one) => ({ ...one, member: primary.name }));
        return { ...(settings ?? { freezeMaxAge: 0, multixactFreezeMaxAge: 0, nextXid: 0 }), databases, holders };
      }),
  },

  judge({ read }, before, limits, target) {
    const { freezeMaxAge, multixactFreezeMaxAge } = read;
    const next = nextOf(read);
    return [
      ...ageFinding('transaction ids', read.databases, (one) => one.xidAge, freezeMaxAge, limits, {
        remainder: left(read, before),
        next,
      }),
      ...ageFinding('multixacts', read.databases, (one) => one.multixactAge, multixactFreezeMaxAge, limits, {
        remainder: '',
        next,
      }),
      ...holderFinding(read.holders, freezeMaxAge, limits, target),
    ];
  },

  metrics({ read }, _before, limits) {
    const oldest = (ageOf: (one: Age) => number) => Math.max(0, ...read.databases.map(ageOf));
    return [
      ageMetric(
        'xid-age',
        'Transaction ids',
        oldest((one) => one.xidAge),
        read.freezeMaxAge,
        limits,
      ),
      ageMetric(
        'multixact-age',
        'Multixacts',
        oldest((one) => one.multixactAge),
        read.multixactFreezeMaxAge,
        limits,
      ),
    ];
  },

  facts({ read }) {
    const oldest = Math.max(0, ...read.databases.map(({ xidAge }) => xidAge));
    return [
      { label: 'Oldest transaction id', value: `${(oldest / 1e6).toFixed(1)} M of ${(STOP_AGE / 1e6).toFixed(0)} M` },
    ];
  },
});

/** Below the age at which autovacuum freezes by force, it turns the growth around by itself. */
function ageMetric(name: string, what: string, age: number, freezeMaxAge: number, limits: Limits): Metric {
  const forced = freezeMaxAge * limits.warningFreezeRatio;
  const limited = { name, value: age, unit: 'ids', limits: twoLimits(forced, limits.criticalAge) };
  const ceiling = { value: STOP_AGE, what, happens: 'used up', steady: true as const };
  return age < forced ? limited : { ...limited, ceiling };
}

function ageFinding(
  what: 'transaction ids' | 'multixacts',
  databases: readonly Age[],
  ageOf: (one: Age) => number,
  freezeMaxAge: number,
  limits: Limits,
  { remainder, next }: { remainder: string; next: string },
): Finding[] {
  const oldest = databases.toSorted((a, b) => ageOf(b) - ageOf(a))[0];
  if (!oldest || freezeMaxAge === 0) return [];
  const age = ageOf(oldest);
  const warningAge = freezeMaxAge * limits.warningFreezeRatio;
  if (age < Math.min(warningAge, limits.criticalAge)) return [];
  const severity = age >= limits.criticalAge ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.criticalAge : warningAge;
  return [
    {
      key: `postgres.wraparound:${what === 'multixacts' ? 'multixact' : 'xid'}`,
      severity,
      sentence: `Database \`${oldest.database}\` has ${millions(age)} unfrozen ${what} (${severity} at ${millions(limit)}, writes stop at ${millions(STOP_AGE)})${remainder}.`,
      measure: { value: age, unit: what, limit, step: 50_000_000 },
      evidence: { databases: databases.slice(0, 5) },
      next,
    },
  ];
}

/** Nothing can be frozen that somebody still sees: the holder of the horizon first. A few thousand transactions are nobody's fault. */
function nextOf({ holders }: Sample): string {
  const [oldest] = holders;
  const freeze = 'let autovacuum finish, or run VACUUM (FREEZE) on the oldest tables.';
  if (!oldest || oldest.age < 1_000_000) return `Nothing holds the horizon back: ${freeze}`;
  return `First ${holderText(oldest)}, which keeps rows from being frozen. ${remedyFor(oldest)} Then ${freeze}`;
}

/** How long the ids last at the rate since the earlier look. */
function left({ nextXid, databases }: Sample, before: Before<{ read: Sample }> | undefined): string {
  const used = before ? nextXid - before.samples.read.nextXid : 0;
  if (!before || used <= 0) return '';
  const oldest = Math.max(0, ...databases.map(({ xidAge }) => xidAge));
  const seconds = ((STOP_AGE - oldest) / used) * before.secondsAgo;
  return `; at the present rate they last ${seconds > 365 * 86_400 ? 'more than a year' : durationText(seconds)}`;
}

function millions(ids: number): string {
  return countText(Math.round(ids / 1e6), 'million').replace(/s$/, '');
}
