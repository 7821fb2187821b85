import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText, listText, percentText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Transactions that wait for the second half of a two-phase commit, the oldest of each database and owner, with the locks that
 * they keep through every restart. Their names are the application's and may hold anything, so they stay in the server.
 * https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html
 * https://www.postgresql.org/docs/current/view-pg-locks.html: a prepared transaction has no process,
 * and is known by the lock on its own id.
 */
const PREPARED = `
  select p.owner, p.database, count(*)::int as count, max(age(p.transaction)) as "xidAge",
         max(extract(epoch from clock_timestamp() - p.prepared))::float8 as "oldestSeconds",
         coalesce(sum(l.locks), 0)::int as locks, coalesce(max(l.tables), '{}') as tables
    from pg_prepared_xacts p
    left join lateral (
      select count(*)::int as locks, array_agg(distinct quote_ident(n.nspname) || '.' || quote_ident(c.relname)) filter (where c.relkind in ('r', 'p', 'm')) as tables
        from pg_locks k left join pg_class c on c.oid = k.relation and k.locktype = 'relation'
               and k.database = (select oid from pg_database where datname = current_database())
        left join pg_namespace n on n.oid = c.relnamespace
       where k.pid is null and k.virtualtransaction in (
               select own.virtualtransaction from pg_locks own
                where own.locktype = 'transactionid' and own.transactionid = p.transaction and own.pid is null)) l on true
   group by p.owner, p.database order by "oldestSeconds" desc`;

const ROOM = `select current_setting('max_prepared_transactions')::int as most`;

type Prepared = {
  owner: string;
  database: string;
  count: number;
  xidAge: number;
  oldestSeconds: number;
  locks: number;
  tables: readonly string[];
};
type Sample = { most: number; count: number; groups: readonly Prepared[] };

const Limits = z.strictObject({
  /** The second half follows within seconds; what is still there after minutes was forgotten. */
  warningSeconds: z.number().min(0).default(300),
  criticalSeconds: z.number().min(0).default(3600),
  /** Of max_prepared_transactions. */
  warningRatio: z.number().min(0).max(1).default(0.8),
});
type Limits = z.infer<typeof Limits>;

/** Which prepared transactions were forgotten? */
export const preparedTransactions = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.prepared-transactions',
  engine: 'postgres',
  title: 'Prepared transactions',
  why: 'A forgotten one keeps its locks and holds back cleaning for ever, through restarts, with no session that could be ended.',
  explainedBy: ['failover', 'restart', 'traffic', 'setting'],
  limits: Limits,
  ask: { read: async ({ primary }) => (primary ? await look(primary) : NO_PRIMARY) },
  judge: ({ read }, _before, limits) => [
    ...read.groups
      .filter(({ oldestSeconds }) => oldestSeconds >= limits.warningSeconds)
      .map((one) => oldFinding(one, limits)),
    ...fullFinding(read, limits),
  ],
  facts: ({ read: { count, most } }) =>
    count > 0 ? [{ label: 'Prepared transactions', value: `${count} of ${most}` }] : [],
});

async function look(primary: PostgresMember): Promise<Seen<Sample>> {
  const [[room], groups] = await Promise.all([
    primary.query<{ most: number }>(ROOM),
    primary.query<Prepared>(PREPARED),
  ]);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const short = groups.slice(0, 10).map((group) => ({ ...group, tables: group.tables.slice(0, 10) }));
  return { sample: { most: room?.most ?? 0, count, groups: short } };
}

function oldFinding(one: Prepared, limits: Limits): Finding {
  const { owner, database, count, oldestSeconds, locks, tables, xidAge } = one;
  const severity = oldestSeconds >= limits.criticalSeconds ? 'critical' : 'warning';
  const limit = severity === 'critical' ? limits.criticalSeconds : limits.warningSeconds;
  const on = tables.length > 0 ? ` on ${listText(tables)}` : '';
  const others = count > 1 ? ` (the oldest of ${count})` : '';
  return {
    key: `postgres.prepared-transactions:${database}.${owner}`,
    severity,
    sentence: `A prepared transaction of ${owner} in \`${database}\`${others} has waited for its second half for ${durationText(oldestSeconds)} (${severity} at ${durationText(limit)}); it holds ${countText(locks, 'lock')}${on} and keeps ${countText(xidAge, 'transaction')} from being cleaned up after.`,
    measure: { value: Math.round(oldestSeconds), unit: 's', limit, step: 3600 },
    evidence: one,
    next: 'Ask the owner of the transaction manager whether it was committed elsewhere, find its name in pg_prepared_xacts, then COMMIT PREPARED or ROLLBACK PREPARED it.',
  };
}

function fullFinding({ count, most }: Sample, limits: Limits): Finding[] {
  if (most === 0 || count / most < limits.warningRatio) return [];
  return [
    {
      key: 'postgres.prepared-transactions:room',
      severity: 'warning',
      sentence: `${count} of ${most} prepared transactions that max_prepared_transactions allows are there (${percentText(count / most)}, warning at ${percentText(limits.warningRatio)}).`,
      measure: { value: count, unit: 'transactions', limit: Math.ceil(most * limits.warningRatio), step: 10 },
      evidence: { count, most },
      next: 'Find out whether the second half of old ones was forgotten before you raise max_prepared_transactions, which needs a restart.',
    },
  ];
}
