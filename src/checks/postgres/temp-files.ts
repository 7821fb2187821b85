import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, countText, durationText } from '../wording.ts';
import { growthByName } from './counters.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * Also those that have written none yet: their first file is growth, too.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW
 */
const SPILLED = `
  select datname as name, temp_files as files, temp_bytes as bytes, stats_reset as "resetAt",
         current_setting('work_mem') as "workMem"
    from pg_stat_database where datname is not null order by temp_bytes desc, datname limit 60`;

type Spilled = { name: string; files: number; bytes: number; resetAt: string | null };
type Sample = { workMem: string; databases: readonly Spilled[] };

const MIB = 1024 ** 2;
const Limits = z.strictObject({
  /** A gigabyte in about a quarter of an hour: a statement that sorts on disk each time. */
  infoBytesPerSecond: z.number().min(0).default(MIB),
  /** So much that the disk is busy with it; one index build stays below when it is spread over the time between two looks. */
  warningBytesPerSecond: z
    .number()
    .min(0)
    .default(100 * MIB),
  /** Less than this between two looks is noise. */
  leastBytes: z
    .number()
    .min(0)
    .default(512 * MIB),
  /** A warning needs it to last: an index build spills for minutes. */
  warningLastsSeconds: z.number().min(0).default(1800),
});
type Limits = z.infer<typeof Limits>;

/** Which database sorts and hashes on disk? Only what was written since the last look. */
export const tempFiles = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.temp-files',
  engine: 'postgres',
  title: 'Temporary files of each database',
  why: 'A statement that does not fit into work_mem writes to disk instead, which makes it slow and may fill the disk.',
  explainedBy: ['setting', 'statement', 'schema', 'traffic'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const rows = await primary.query<Spilled & { workMem: string }>(SPILLED);
      const [first] = rows;
      if (!first) return { unreliable: 'the statistics of the databases are empty' };
      return { sample: { workMem: first.workMem, databases: rows.map(({ workMem: _same, ...one }) => one) } };
    },
  },

  judge({ read }, before, limits) {
    const earlier = before && { samples: before.samples.read.databases, secondsAgo: before.secondsAgo };
    return growthByName(read.databases, earlier, ['files', 'bytes']).flatMap(({ one, grown }) => {
      const bytesPerSecond = grown.bytes / grown.seconds;
      if (grown.bytes < limits.leastBytes || bytesPerSecond < limits.infoBytesPerSecond) return [];
      const warns = bytesPerSecond >= limits.warningBytesPerSecond && grown.seconds >= limits.warningLastsSeconds;
      const limit = warns ? limits.warningBytesPerSecond : limits.infoBytesPerSecond;
      return [
        {
          key: `postgres.temp-files:${one.name}`,
          severity: warns ? ('warning' as const) : ('info' as const),
          sentence: `Database \`${one.name}\` wrote ${countText(grown.files, 'temporary file')} of ${bytesText(grown.bytes)} together in the last ${durationText(grown.seconds)}: ${bytesText(bytesPerSecond)} a second (${warns ? 'warning' : 'told'} at ${bytesText(limit)}).`,
          measure: { value: Math.round(bytesPerSecond), unit: 'bytes a second', limit, step: 10 * MIB },
          evidence: { ...grown, workMem: read.workMem },
          next: `Find the statement that spills (log_temp_files, or temp_blks_written of pg_stat_statements); raise work_mem (now ${read.workMem}) for its role alone.`,
        },
      ];
    });
  },

  facts({ read }, before) {
    if (!before) return [];
    const earlier = { samples: before.samples.read.databases, secondsAgo: before.secondsAgo };
    const written = growthByName(read.databases, earlier, ['files', 'bytes']).reduce(
      (sum, one) => sum + one.grown.bytes,
      0,
    );
    return written > 0
      ? [{ label: 'Temporary files', value: `${bytesText(written)} in ${durationText(before.secondsAgo)}` }]
      : [];
  },
});
