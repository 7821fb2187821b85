import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, capped, durationText, percentText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * pg_database_size() walks the files and takes no lock on any table; it needs CONNECT or pg_read_all_stats. In a database of
 * many thousand relations it takes as long as all other questions together, so there the sizes of the last vacuum or analyze
 * are added up instead: less exact, and a fraction of the cost. pg_class of 3 MB holds about 14,000 relations.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE
 */
const SIZES = `
  select datname as database, estimated,
         case when estimated then (select sum(relpages::bigint) * current_setting('block_size')::int from pg_class)
              else pg_database_size(oid) end as "sizeBytes"
    from (select oid, datname, datname = current_database() and pg_relation_size('pg_class') > 3 * 1024 ^ 2 as estimated
            from pg_database where datallowconn and has_database_privilege(oid, 'CONNECT')) d
   order by "sizeBytes" desc`;

const UNSEEN = `
  select count(*)::int as unseen from pg_database where datallowconn and not has_database_privilege(oid, 'CONNECT')`;

type Size = { database: string; sizeBytes: number; estimated: boolean };
type Sample = { databases: readonly Size[]; totalBytes: number; more: number; unseen: number };

const GIB = 1024 ** 3;
const Limits = z.strictObject({
  /** All three must be over their limit. */
  warningBytesPerDay: z
    .number()
    .min(0)
    .default(10 * GIB),
  warningRatioPerDay: z.number().min(0).default(0.1),
  /** Less growth than this between two looks is noise. */
  leastGrowthBytes: z.number().min(0).default(GIB),
});
type Limits = z.infer<typeof Limits>;

const DAY_SECONDS = 86_400;

/** Which database grows faster than it should? */
export const databaseGrowth = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.database-growth',
  engine: 'postgres',
  title: 'Size and growth of each database',
  why: 'A database that grows by a tenth a day fills any disk within days.',
  explainedBy: ['traffic', 'statement', 'schema', 'setting'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const [sizes, [hidden]] = await Promise.all([
        primary.query<Size>(SIZES),
        primary.query<{ unseen: number }>(UNSEEN),
      ]);
      const { shown, more } = capped(sizes, 40);
      const totalBytes = sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return { sample: { databases: shown, totalBytes, more, unseen: hidden?.unseen ?? 0 } };
    },
  },

  judge({ read }, before, limits) {
    if (!before) return [];
    return read.databases.flatMap(({ database, sizeBytes, estimated }) => {
      const earlier = before.samples.read.databases.find((one) => one.database === database);
      const growthBytes = earlier ? sizeBytes - earlier.sizeBytes : 0;
      // One measured and one added up say nothing about growth.
      if (!earlier || earlier.estimated !== estimated || growthBytes < limits.leastGrowthBytes) return [];
      const bytesPerDay = (growthBytes / before.secondsAgo) * DAY_SECONDS;
      const ratioPerDay = bytesPerDay / Math.max(1, earlier.sizeBytes);
      if (bytesPerDay < limits.warningBytesPerDay || ratioPerDay < limits.warningRatioPerDay) return [];
      return [
        {
          key: `postgres.database-growth:${database}`,
          severity: 'warning' as const,
          sentence: `Database \`${database}\` grew by ${bytesText(growthBytes)} to ${bytesText(sizeBytes)} in ${durationText(before.secondsAgo)}: ${bytesText(bytesPerDay)} a day (${percentText(ratioPerDay)}; warning at ${bytesText(limits.warningBytesPerDay)} and ${percentText(limits.warningRatioPerDay)}).`,
          measure: {
            value: Math.round(bytesPerDay),
            unit: 'bytes a day',
            limit: limits.warningBytesPerDay,
            step: 10 * GIB,
          },
          evidence: { database, sizeBytes, estimated, growthBytes, secondsAgo: before.secondsAgo },
          next: 'Find the table that grows, and see that the disk lasts until that has an answer.',
        },
      ];
    });
  },

  metrics: ({ read }) => [
    { name: 'database-bytes', value: read.totalBytes, unit: 'bytes' },
    ...read.databases
      .slice(0, 5)
      .map(({ database, sizeBytes }) => ({ name: `database-bytes:${database}`, value: sizeBytes, unit: 'bytes' })),
  ],

  facts: ({ read }) => [
    {
      label: 'Size',
      value: `${read.databases.some(({ estimated }) => estimated) ? 'about ' : ''}${bytesText(read.totalBytes)}${read.unseen > 0 ? `, ${read.unseen} more not visible to us` : ''}`,
    },
  ],
});
