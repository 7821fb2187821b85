import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import { asFault } from '../../core/errors.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import { countText, durationText } from '../wording.ts';
import { NO_PRIMARY } from './visibility.ts';

/**
 * The command itself may hold a secret: only whether there is one leaves the room.
 * https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ARCHIVER-VIEW
 */
const ARCHIVER = `
  select current_setting('archive_mode') as mode, archived_count as archived, failed_count as failed,
         extract(epoch from clock_timestamp() - last_archived_time)::float8 as "archivedSecondsAgo",
         extract(epoch from clock_timestamp() - last_failed_time)::float8 as "failedSecondsAgo",
         last_failed_wal as "failedFile",
         case when pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')
              then current_setting('archive_command') <> '' or coalesce(current_setting('archive_library', true), '') <> '' end
           as "hasCommand"
    from pg_stat_archiver`;

/**
 * Segments that are full and not archived. Lists one directory of the server and touches no table; asked for only while
 * archiving is on. https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE
 */
const WAITING = `
  select count(*)::int as waiting, extract(epoch from clock_timestamp() - min(modification))::float8 as "oldestSeconds"
    from pg_ls_archive_statusdir() where name like '%.ready'`;

type Archiver = {
  mode: string;
  archived: number;
  failed: number;
  archivedSecondsAgo: number | null;
  failedSecondsAgo: number | null;
  failedFile: string | null;
  /** Null where our role may not read it. */
  hasCommand: boolean | null;
};
/** `waiting` is null where our role may not list the directory. */
type Sample = Archiver & { waiting: number | null; oldestSeconds: number | null };

const Limits = z.strictObject({
  /** How long archiving may fail, or stand still, before somebody has to get up: restores lose all that was written since. */
  criticalSeconds: z.number().min(0).default(900),
  /** Nothing fails, and a full segment waits: the archive command hangs or is too slow. */
  warningWaitSeconds: z.number().min(0).default(300),
});
type Limits = z.infer<typeof Limits>;

/** Does every segment of WAL reach the archive? */
export const archiving = defineCheck<PostgresTarget, { read: Sample }, Limits>({
  id: 'postgres.archiving',
  engine: 'postgres',
  title: 'Archiving of WAL',
  why: 'While archiving fails no restore can reach the present, and the WAL that waits fills the disk of the primary.',
  explainedBy: ['setting', 'failover', 'restart', 'machine', 'traffic'],
  limits: Limits,
  ask: {
    async read({ primary }) {
      if (!primary) return NO_PRIMARY;
      const [archiver] = await primary.query<Archiver>(ARCHIVER);
      if (!archiver) return { unreliable: 'the statistics of the archiver are empty' };
      return { sample: { ...archiver, ...(await waitingOn(primary, archiver.mode)) } };
    },
  },

  judge({ read }, _before, limits) {
    if (read.mode === 'off') return [];
    if (read.hasCommand === false) return [noCommand(read)];
    return isFailing(read) ? [failing(read, limits)] : standing(read, limits);
  },

  facts: ({ read }) => [{ label: 'WAL archiving', value: factOf(read) }],
});

async function waitingOn(primary: PostgresMember, mode: string): Promise<Pick<Sample, 'waiting' | 'oldestSeconds'>> {
  if (mode === 'off') return { waiting: null, oldestSeconds: null };
  try {
    const [row] = await primary.query<{ waiting: number; oldestSeconds: number | null }>(WAITING);
    return row ?? { waiting: null, oldestSeconds: null };
  } catch (thrown) {
    // A role that may not list the directory still learns from pg_stat_archiver whether archiving fails.
    if (asFault(thrown).code !== 'permission_denied') throw thrown;
    return { waiting: null, oldestSeconds: null };
  }
}

/** The last attempt failed. */
function isFailing({ failed, archivedSecondsAgo, failedSecondsAgo }: Sample): boolean {
  if (failed === 0 || failedSecondsAgo === null) return false;
  return archivedSecondsAgo === null || failedSecondsAgo < archivedSecondsAgo;
}

/**
 * Since when: the age of the oldest segment that waits. Where that cannot be seen, the time since the last success, which on
 * an idle server is longer than the trouble lasts, and is called "at most" for that.
 */
function failing(read: Sample, limits: Limits): Finding {
  const seen = read.oldestSeconds !== null;
  const seconds = read.oldestSeconds ?? read.archivedSecondsAgo ?? 0;
  const critical = seconds >= limits.criticalSeconds;
  const since = seen ? `for ${durationText(seconds)}` : `for at most ${durationText(seconds)}`;
  const pile =
    read.waiting === null ? '' : `; ${countText(read.waiting, 'segment')} wait${read.waiting === 1 ? 's' : ''}`;
  return {
    key: 'postgres.archiving:archiver',
    severity: critical ? 'critical' : 'warning',
    sentence: `WAL archiving fails ${since} (${countText(read.failed, 'failure')} since the reset, critical after ${durationText(limits.criticalSeconds)})${pile}.`,
    measure: { value: Math.round(seconds), unit: 's', limit: limits.criticalSeconds, step: 900 },
    evidence: read,
    next: 'Read the server log for what the archive command says: a full or unreachable archive, or expired credentials.',
  };
}

/** Nothing fails, and segments wait: it hangs, or works and is behind. */
function standing(read: Sample, limits: Limits): Finding[] {
  const { waiting, oldestSeconds: seconds } = read;
  if (waiting === null || seconds === null || seconds < limits.warningWaitSeconds) return [];
  const works = (read.archivedSecondsAgo ?? Number.POSITIVE_INFINITY) < limits.warningWaitSeconds;
  const critical = seconds >= limits.criticalSeconds && !works;
  const limitSeconds = critical ? limits.criticalSeconds : limits.warningWaitSeconds;
  const why = works ? 'it works and is behind' : 'nothing fails, so the archive command hangs';
  return [
    {
      key: 'postgres.archiving:archiver',
      severity: critical ? 'critical' : 'warning',
      sentence: `${countText(waiting, 'segment')} of WAL wait${waiting === 1 ? 's' : ''} for the archive, the oldest for ${durationText(seconds)} (${critical ? 'critical' : 'warning'} at ${durationText(limitSeconds)}): ${why}.`,
      measure: { value: Math.round(seconds), unit: 's', limit: limitSeconds, step: 900 },
      evidence: read,
      next: 'Look at what the archive command does just now on the server; the WAL that waits stays on its disk.',
    },
  ];
}

function noCommand(read: Sample): Finding {
  return {
    key: 'postgres.archiving:archiver',
    severity: 'warning',
    sentence: `archive_mode is ${read.mode}, and neither archive_command nor archive_library is set: WAL piles up${read.waiting === null ? '' : `, ${countText(read.waiting, 'segment')} so far`} (limit 0 segments).`,
    evidence: read,
    next: 'Set archive_command and reload; or archive_mode to off, which needs a restart.',
  };
}

function factOf({ mode, archivedSecondsAgo }: Sample): string {
  if (mode === 'off') return 'off (archive_mode)';
  return archivedSecondsAgo === null ? 'on, nothing archived yet' : `last ${durationText(archivedSecondsAgo)} ago`;
}
