import type { Session } from './session.ts';

/** What is done to a session: its statement is cancelled, or all of it is ended. */
export type Verb = 'cancel' | 'end';

const DOING: Readonly<Record<Verb, string>> = { cancel: 'cancelling', end: 'ending' };

/** PostgreSQL counts process ids in four bytes. */
const LARGEST_PID = 2_147_483_647;

/** Whether a pid can be asked for at all. */
export function isPid(pid: number): boolean {
  return pid <= LARGEST_PID;
}

/** Pure: why this backend must not be signalled, or undefined. No approval changes it. */
export function whyNotSignal(verb: Verb, pid: number, session: Session | null, target: string): string | undefined {
  if (!session) return `there is no session with pid ${pid} on ${target} now; look again with /db sessions ${target}`;
  const doing = DOING[verb];
  if (session.application === 'nightshift') return `pid ${pid} is this bot's own session`;
  if (session.backendType === 'walsender') return `pid ${pid} streams to a replica: ${doing} it cuts replication`;
  if (session.backendType === 'autovacuum worker') return whyNotAutovacuum(pid, session, doing);
  if (session.backendType !== 'client backend') return `pid ${pid} is a ${session.backendType}, not a client's session`;
  if (session.isSuperuser)
    return `pid ${pid} belongs to the superuser ${session.user}: only a superuser may ${verb} it`;
  return undefined;
}

/** https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM */
function whyNotAutovacuum(pid: number, { query }: Session, doing: string): string {
  if (/to prevent wraparound/i.test(query)) {
    return `pid ${pid} is an autovacuum worker that freezes a table to prevent wraparound: ${doing} it brings the day closer on which the database takes no writes`;
  }
  return `pid ${pid} is an autovacuum worker: it gives way by itself, and ${doing} it delays the freeze`;
}

/** Pure: why this is not the session that a report showed, or undefined. `seen` is its start in microseconds. */
export function whyAnotherSession(session: Session, seen: string | undefined, target: string): string | undefined {
  if (seen === undefined || seen === session.backendStartMicros) return undefined;
  const since = new Date(Number(session.backendStartMicros) / 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `pid ${session.pid} is not the session that was seen: this one began at ${since} UTC; look again with /db sessions ${target}`;
}
