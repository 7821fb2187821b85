import { Fault } from '../../../core/errors.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { loginOf } from '../../credentials.ts';
import { limitsOf, type OpenOptions } from '../../open-options.ts';
import { postgresRefusal } from '../../postgres-refusal.ts';
import { openPostgresSession } from '../../postgres-session.ts';

export type Ask = <Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** By this name whoever settles finds the sessions of a switchover that died, and ends them before it decides anything. */
export const APPLICATION = 'nightshift switchover';

/** The session that reloads the settings after the deadline: it is left to do so, whatever becomes of the others. */
export const GUARD_APPLICATION = 'nightshift switchover guard';

/** A connection that is opened before anything is done, and never opened again. */
export type HeldSession = { member: string; pid: number; ask: Ask; close(): Promise<void> };

export type Place = { spec: TargetSpec; options: OpenOptions };

/** Opens one more session of the acting role; `seconds` is how long one statement of it may take. Throws a Fault. */
export async function holdSession(
  { spec, options }: Place,
  member: string,
  seconds: number,
  application = APPLICATION,
): Promise<HeldSession> {
  const configured = spec.members.find(({ name }) => name === member);
  if (!configured) throw new Fault('invalid_request', `${spec.name} has no member ${member}`);
  const { host, port } = configured;
  const database = spec.database ?? 'postgres';
  const limits = { ...limitsOf(options), queryTimeoutMs: seconds * 1000 };
  const login = await loginOf(spec, configured, 'act', options);
  try {
    const session = await openPostgresSession({ host, port, database, tls: spec.tls }, login, 'act', limits);
    const [row] = await session.query<{ pid: number }>(
      `select pg_backend_pid() as pid, set_config('application_name', $1, false) as name`,
      [application],
    );
    return { member, pid: row?.pid ?? 0, ask: session.query, close: session.close };
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    const attempt = { host, port, user: login.user ?? 'nobody', database, connectTimeoutMs: limits.connectTimeoutMs };
    const { reason, code } = postgresRefusal(thrown, attempt);
    throw new Fault(code, `${member}: ${reason}`);
  }
}

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL: true once the session is gone. */
const END_OTHERS = `
  select pg_terminate_backend(pid, 3000) as gone from pg_stat_activity
   where application_name = $1 and usename = current_user and pid <> pg_backend_pid()`;

/** A guard that an earlier switchover left would undo the hold of this one; only once another one sleeps may it be ended. */
export async function endOtherGuards(ask: Ask, guard: Pick<HeldSession, 'pid'>): Promise<void> {
  await ask(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = $1 and usename = current_user and pid <> $2`,
    [GUARD_APPLICATION, guard.pid],
  );
}

/** Ends the sessions that a run which died has left: whoever woke up again could act no more. False where one stays. */
export async function endLeftSessions(ask: Ask, application = APPLICATION): Promise<boolean> {
  const rows = await ask<{ gone: boolean }>(END_OTHERS, [application]);
  return rows.every(({ gone }) => gone);
}
