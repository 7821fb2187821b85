import type { Changed } from '../../core/changed.ts';

/** One server. Times are ISO; `workersSince` is later than `startedAt` where it recovered from a crash by itself. */
export type ServerSeen = {
  member: string;
  major: number;
  minor: number;
  inRecovery: boolean;
  startedAt: string | null;
  workersSince: string | null;
};

/**
 * When the server was started, and its checkpointer: that one begins anew when a session crashed and all others were ended.
 * https://www.postgresql.org/docs/current/functions-info.html
 */
export const STARTED = `
  select pg_postmaster_start_time() as "startedAt",
         (select min(backend_start) from pg_stat_activity where backend_type = 'checkpointer') as "workersSince"`;

/** The workers of a server come up some moments after it. */
const SETTLING_SECONDS = 60;

/** Pure: who takes writes now, who was started anew, and who runs another version. */
export function serverChanges(good: readonly ServerSeen[], now: readonly ServerSeen[]): Changed[] {
  const pairs = now.flatMap((is) => {
    const was = good.find(({ member }) => member === is.member);
    return was ? [{ was, is }] : [];
  });
  return [...failover(good, now), ...pairs.flatMap(({ was, is }) => [...upgrade(was, is), ...restart(was, is)])];
}

function failover(good: readonly ServerSeen[], now: readonly ServerSeen[]): Changed[] {
  const before = good.find(({ inRecovery }) => !inRecovery)?.member;
  const after = now.find(({ inRecovery }) => !inRecovery)?.member;
  if (before === undefined || after === undefined || before === after) return [];
  const sentence = `failover: ${after} takes writes instead of ${before}`;
  return [{ id: 'failover', kind: 'failover', sentence, size: 1, objects: [before, after] }];
}

function upgrade(was: ServerSeen, is: ServerSeen): Changed[] {
  if (was.major === is.major && was.minor === is.minor) return [];
  const sentence = `${is.member} runs PostgreSQL ${is.major}.${is.minor} instead of ${was.major}.${was.minor}`;
  return [
    {
      id: `version:${is.member}`,
      kind: 'restart',
      sentence,
      size: was.major === is.major ? 0.8 : 1,
      objects: [is.member],
    },
  ];
}

function restart(was: ServerSeen, is: ServerSeen): Changed[] {
  const about = { id: `restart:${is.member}`, kind: 'restart' as const, size: 1, objects: [is.member] };
  if (was.startedAt === null || is.startedAt === null) return [];
  if (was.startedAt !== is.startedAt) {
    return [{ ...about, sentence: `${is.member} was restarted`, at: is.startedAt }];
  }
  if (was.workersSince === null || is.workersSince === null) return [];
  const isCrash =
    was.workersSince !== is.workersSince && secondsBetween(is.startedAt, is.workersSince) > SETTLING_SECONDS;
  return isCrash ? [{ ...about, sentence: `${is.member} crashed and recovered`, at: is.workersSince }] : [];
}

function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
