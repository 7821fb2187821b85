import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, countText, durationText, percentText } from '../wording.ts';
import { growthOf, type Growth } from './counters.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * 16+. Only ordinary work on tables and indexes (context normal): bulk loads and vacuum write by themselves on purpose.
 * 18 counts bytes; before it each operation was of op_bytes. What a backend type never does is null.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-IO-VIEW
 */
const PER_BACKEND = `
  select coalesce(sum(reads) filter (where context <> 'init'), 0)::bigint as reads,
         coalesce(sum(coalesce((to_jsonb(i) ->> 'read_bytes')::numeric, reads * (to_jsonb(i) ->> 'op_bytes')::numeric)), 0)::bigint
           as "readBytes",
         coalesce(sum(read_time), 0)::float8 as "readMs",
         coalesce(sum(writes) filter (where context = 'normal'), 0)::bigint as writes,
         coalesce(sum(writes) filter (where context = 'normal' and backend_type = 'client backend'), 0)::bigint as "clientWrites",
         coalesce(sum(fsyncs) filter (where backend_type = 'client backend'), 0)::bigint as "clientSyncs",
         current_setting('track_io_timing')::bool as timed, max(stats_reset) as "resetAt"
    from pg_stat_io i where object = 'relation'`;

/** 14 and 15: the same from the background writer and the databases. https://www.postgresql.org/docs/15/monitoring-stats.html */
const BY_BGWRITER = `
  select d.reads, d.reads * current_setting('block_size')::int as "readBytes", d."readMs",
         b.buffers_checkpoint + b.buffers_clean + b.buffers_backend as writes, b.buffers_backend as "clientWrites",
         b.buffers_backend_fsync as "clientSyncs", current_setting('track_io_timing')::bool as timed,
         greatest(b.stats_reset, d."resetAt") as "resetAt"
    from pg_stat_bgwriter b,
         (select coalesce(sum(blks_read), 0)::bigint as reads, coalesce(sum(blk_read_time), 0)::float8 as "readMs",
                 max(stats_reset) as "resetAt" from pg_stat_database) d`;

type Sample = {
  reads: number;
  readBytes: number;
  readMs: number;
  writes: number;
  clientWrites: number;
  clientSyncs: number;
  /** track_io_timing: without it times are 0, which means not measured. */
  timed: boolean;
  resetAt: string | null;
};

const Limits = z.strictObject({
  /** Written by sessions that wait for it, of all that ordinary work wrote. */
  infoClientWriteRatio: z.number().min(0).max(1).default(0.5),
  /** Of one read, averaged: a healthy disk of a cloud answers in one or two. */
  infoReadMilliseconds: z.number().min(0).default(20),
  /** Fewer reads or writes than this between two looks say nothing. */
  leastBlocks: z.number().int().min(1).default(10_000),
});
type Limits = z.infer<typeof Limits>;

const COUNTERS = ['reads', 'readBytes', 'readMs', 'writes', 'clientWrites', 'clientSyncs'] as const;
type Grown = Growth<(typeof COUNTERS)[number]>;

/** What did reading and writing cost since the last look? Never more than information: the disk itself is not seen from here. */
export const io = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.io',
  engine: 'postgres',
  title: 'Reads and writes, and who does them',
  why: 'Slow reads, or sessions that write out pages themselves, explain why everything became slow at once.',
  explainedBy: ['schema', 'statement', 'keys', 'traffic', 'restart', 'setting', 'machine', 'failover', 'trouble'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const [sample] = await primary.query<Sample>(primary.version >= 160_000 ? PER_BACKEND : BY_BGWRITER);
      return sample ? { sample } : { unreliable: 'the statistics of reads and writes are empty' };
    },
  },

  judge({ read }, before, limits) {
    const grown = before && growth(read, before);
    return grown ? [...clientWrites(grown, limits), ...clientSyncs(grown), ...slowReads(read, grown, limits)] : [];
  },

  facts({ read }, before) {
    const grown = before && growth(read, before);
    if (!grown) return [];
    const each =
      read.timed && grown.reads > 0 ? `${(grown.readMs / grown.reads).toFixed(1)} ms each` : 'time not measured';
    return [{ label: 'Read from disk', value: `${bytesText(grown.readBytes / grown.seconds)}/s, ${each}` }];
  },
});

function growth(now: Sample, before: Before<{ read: Sample }>): Grown | undefined {
  return growthOf(now, before.samples.read, before.secondsAgo, COUNTERS);
}

function clientWrites(grown: Grown, limits: Limits): Finding[] {
  const ratio = grown.clientWrites / Math.max(1, grown.writes);
  if (grown.writes < limits.leastBlocks || ratio < limits.infoClientWriteRatio) return [];
  return [
    {
      key: 'postgres.io:client-writes',
      severity: 'info',
      sentence: `Sessions wrote ${percentText(ratio)} of ${countText(grown.writes, 'page')} out themselves in the last ${durationText(grown.seconds)} (told at ${percentText(limits.infoClientWriteRatio)}): the background writer does not keep up.`,
      measure: {
        value: Math.round(ratio * 100),
        unit: '%',
        limit: Math.round(limits.infoClientWriteRatio * 100),
        step: 10,
      },
      evidence: grown,
      next: 'Raise bgwriter_lru_maxpages, or shared_buffers where there is memory.',
    },
  ];
}

/** A full queue of the checkpointer makes a session wait for the disk itself; it should never happen. */
function clientSyncs(grown: Grown): Finding[] {
  if (grown.clientSyncs === 0) return [];
  return [
    {
      key: 'postgres.io:client-syncs',
      severity: 'info',
      sentence: `Sessions had to sync files themselves ${countText(grown.clientSyncs, 'time')} in the last ${durationText(grown.seconds)} (told at 1 time): the queue of the checkpointer was full.`,
      measure: { value: grown.clientSyncs, unit: 'times', limit: 1, step: 100 },
      evidence: grown,
      next: 'Raise shared_buffers, or look for a burst of writes to many tables.',
    },
  ];
}

function slowReads({ timed }: Sample, grown: Grown, limits: Limits): Finding[] {
  const ms = grown.readMs / Math.max(1, grown.reads);
  if (!timed || grown.reads < limits.leastBlocks || ms < limits.infoReadMilliseconds) return [];
  return [
    {
      key: 'postgres.io:read-time',
      severity: 'info',
      sentence: `One read from disk took ${ms.toFixed(1)} ms on average over ${countText(grown.reads, 'read')} in the last ${durationText(grown.seconds)} (told at ${limits.infoReadMilliseconds} ms).`,
      measure: { value: Number(ms.toFixed(1)), unit: 'ms', limit: limits.infoReadMilliseconds, step: 10 },
      evidence: grown,
      next: 'Look at the latency, the queue and the burst credit of the disk.',
    },
  ];
}
