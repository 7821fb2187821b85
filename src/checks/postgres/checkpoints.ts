import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { bytesText, countText, durationText } from '../wording.ts';
import { growthOf, type Growth } from './counters.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * 17+. num_timed counts attempts, also those that had nothing to do; num_done (18+) counts what was carried out.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-CHECKPOINTER-VIEW
 */
const CHECKPOINTER = `
  select num_timed as timed, num_requested as requested, (to_jsonb(c) ->> 'num_done')::bigint as done,
         write_time::float8 as "writeMs", sync_time::float8 as "syncMs", buffers_written as blocks, stats_reset as "resetAt"
    from pg_stat_checkpointer c`;

/** 14 to 16. https://www.postgresql.org/docs/16/monitoring-stats.html#MONITORING-PG-STAT-BGWRITER-VIEW */
const BGWRITER = `
  select checkpoints_timed as timed, checkpoints_req as requested, null::bigint as done,
         checkpoint_write_time as "writeMs", checkpoint_sync_time as "syncMs", buffers_checkpoint as blocks,
         stats_reset as "resetAt"
    from pg_stat_bgwriter`;

/** The position in the WAL never goes back, so it needs no reset. https://www.postgresql.org/docs/current/runtime-config-wal.html */
const WAL = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as "walBytes", pg_size_bytes(current_setting('max_wal_size')) as "mostWalBytes",
         extract(epoch from current_setting('checkpoint_timeout')::interval)::int as "timeoutSeconds",
         extract(epoch from current_setting('checkpoint_warning')::interval)::int as "tooOftenSeconds"`;

type Counted = {
  timed: number;
  requested: number;
  /** Null before version 18. */
  done: number | null;
  writeMs: number;
  syncMs: number;
  blocks: number;
  resetAt: string | null;
};
type Wal = { walBytes: number; mostWalBytes: number; timeoutSeconds: number; tooOftenSeconds: number };
type Sample = Counted & Wal;

const Limits = z.strictObject({
  /** Told when more checkpoints were asked for by a full WAL than by the clock, and they came more often than this. */
  infoIntervalSeconds: z.number().min(0).default(120),
  /** checkpoint_warning's own default: the server complains in its log, too. */
  warningIntervalSeconds: z.number().min(0).default(30),
  /** A bulk load may do this for a while; a warning needs it to last. */
  warningLastsSeconds: z.number().min(0).default(1800),
  /** Time that one checkpoint waits in fsync; the storage does not keep up, and every commit feels it. */
  warningSyncSeconds: z.number().min(0).default(30),
});
type Limits = z.infer<typeof Limits>;

/** So many checkpoints between two looks are a pattern; fewer are a base backup or somebody's CHECKPOINT. */
const LEAST_CHECKPOINTS = 3;

/** Do checkpoints come by the clock, or because the WAL is full? */
export const checkpoints = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.checkpoints',
  engine: 'postgres',
  title: 'Checkpoints and the rate of WAL',
  why: 'Checkpoints that follow each other closely write every page again and again, and each write of a client waits for it.',
  explainedBy: ['setting', 'traffic', 'statement', 'schema', 'restart'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const sample = await lookAtCheckpoints(primary);
      return sample ? { sample } : { unreliable: 'the statistics of the checkpointer are empty' };
    },
  },

  judge({ read }, before, limits) {
    const grown = before && growth(read, before);
    return grown ? [...tooOften(read, grown, limits), ...slowSync(grown, limits)] : [];
  },

  facts({ read }, before) {
    const rate = before && bytesPerSecond(read, before);
    return rate === undefined ? [] : [{ label: 'WAL', value: `${bytesText(rate)}/s` }];
  },
});

async function lookAtCheckpoints(primary: PostgresMember): Promise<Sample | undefined> {
  const [[counted], [wal]] = await Promise.all([
    primary.query<Counted>(primary.version >= 170_000 ? CHECKPOINTER : BGWRITER),
    primary.query<Wal>(WAL),
  ]);
  return counted && wal ? { ...counted, ...wal } : undefined;
}

type Grown = Growth<'timed' | 'requested' | 'writeMs' | 'syncMs'>;

function growth(now: Sample, before: Before<{ read: Sample }>): Grown | undefined {
  return growthOf(now, before.samples.read, before.secondsAgo, ['timed', 'requested', 'writeMs', 'syncMs']);
}

/** Undefined after a failover to a server whose WAL is shorter. */
function bytesPerSecond(now: Sample, { samples, secondsAgo }: Before<{ read: Sample }>): number | undefined {
  const written = now.walBytes - samples.read.walBytes;
  return written < 0 || secondsAgo <= 0 ? undefined : written / secondsAgo;
}

function tooOften({ mostWalBytes, timeoutSeconds }: Sample, grown: Grown, limits: Limits): Finding[] {
  const { requested, timed, seconds } = grown;
  if (requested < LEAST_CHECKPOINTS || requested <= timed) return [];
  const everySeconds = seconds / requested;
  if (everySeconds >= limits.infoIntervalSeconds) return [];
  const warns = everySeconds < limits.warningIntervalSeconds && seconds >= limits.warningLastsSeconds;
  const limit = warns ? limits.warningIntervalSeconds : limits.infoIntervalSeconds;
  return [
    {
      key: 'postgres.checkpoints:requested',
      severity: warns ? 'warning' : 'info',
      sentence: `${countText(requested, 'checkpoint')} in the last ${durationText(seconds)} came because the WAL was full, one every ${durationText(everySeconds)} (${warns ? 'warning' : 'told'} below ${durationText(limit)}; by the clock one every ${durationText(timeoutSeconds)}).`,
      measure: { value: Math.round(everySeconds), unit: 's between checkpoints', limit, step: 10 },
      evidence: { ...grown, mostWalBytes },
      next: `Raise max_wal_size (now ${bytesText(mostWalBytes)}) if the disk has room for it, and reload; no restart is needed.`,
    },
  ];
}

function slowSync(grown: Grown, limits: Limits): Finding[] {
  const count = grown.requested + grown.timed;
  const syncSeconds = count === 0 ? 0 : grown.syncMs / 1000 / count;
  if (syncSeconds < limits.warningSyncSeconds) return [];
  return [
    {
      key: 'postgres.checkpoints:sync',
      severity: 'warning',
      sentence: `Each of the last ${countText(count, 'checkpoint')} waited ${durationText(syncSeconds)} for the storage to take its writes (warning at ${durationText(limits.warningSyncSeconds)}).`,
      measure: { value: Math.round(syncSeconds), unit: 's', limit: limits.warningSyncSeconds, step: 10 },
      evidence: grown,
      next: 'Look at the latency and the queue of the disk; something else may use it, or its credit is used up.',
    },
  ];
}
