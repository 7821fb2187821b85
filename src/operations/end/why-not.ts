import type { Session } from './session.ts';

/** Pure: why this backend must not be ended, or undefined. */
export function whyNotEnd(pid: number, session: Session | null, target: string): string | undefined {
  if (!session) return `there is no session with pid ${pid} on ${target} now; look again with /db health ${target}`;
  if (session.application === 'nightshift') return `pid ${pid} is this bot's own session`;
  if (session.backendType === 'walsender') return `pid ${pid} streams to a replica: ending it cuts replication`;
  if (session.backendType === 'autovacuum worker') {
    return `pid ${pid} is an autovacuum worker: it gives way by itself, and ending it delays the freeze`;
  }
  if (session.backendType !== 'client backend') return `pid ${pid} is a ${session.backendType}, not a client's session`;
  if (session.isSuperuser) return `pid ${pid} belongs to the superuser ${session.user}: only a superuser may end it`;
  return undefined;
}
