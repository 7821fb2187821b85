import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { Ask, HeldSession } from './sessions.ts';

/** A commit that hangs for as long as the hold is in force: that it never returned proves that no other commit was acknowledged. */
export type Witness = { isWaiting(): boolean; proves(): Promise<boolean> };

/**
 * A transaction that leaves no data: one message in the log of writes, which nobody reads without asking for it.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
export const EMIT = `select pg_logical_emit_message(true, 'nightshift', 'switchover')`;

/**
 * Is this commit held, and can no sender of the log release it? Each sender writes the priority of its own standby once it has
 * read the new setting. https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
 */
const HELD = `
  select exists (select from pg_stat_activity where pid = $1 and wait_event = 'SyncRep')
     and not exists (select from pg_stat_replication where sync_priority > 0) as held`;

/** Sends commits until one hangs, or until the time is up; the checkpointer is who puts the setting into force, and may be busy. */
export async function startWitness(session: HeldSession, control: Ask, untilMs: number): Promise<Witness | undefined> {
  await session.ask(`set synchronous_commit = on`);
  while (performance.now() < untilMs) {
    const witness = sendCommit(session, control);
    while (witness.isWaiting() && performance.now() < untilMs) {
      // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
      if (await witness.proves()) return witness;
      // oxlint-disable-next-line no-await-in-loop -- the same
      await sleep(3);
    }
  }
  return undefined;
}

function sendCommit(session: HeldSession, control: Ask): Witness {
  let waiting = true;
  const over = () => void (waiting = false);
  session.ask(EMIT).then(over, over);
  const proves = async () => {
    const [row] = await control<{ held: boolean }>(HELD, [session.pid]);
    return waiting && row?.held === true;
  };
  return { isWaiting: () => waiting, proves };
}

/** Whoever is still connected then: the server itself reads its settings again. */
const GUARD = `select case when pg_sleep($1)::text is not null then pg_reload_conf() end`;
const SLEEPS = `select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'`;
/** 17+ would end it in its sleep. https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-TRANSACTION-TIMEOUT */
const NO_TRANSACTION_TIMEOUT = `select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'`;
const GUARD_PATIENCE_MS = 2000;

/**
 * Lets the server itself take back a hold that only runs and is in no file: after so many seconds this session of it reloads the
 * settings, also when nobody is connected to it any more. Resolves when it is at it. Throws a Fault `timed_out`.
 */
export async function startGuard(guard: HeldSession, control: Ask, seconds: number): Promise<void> {
  await guard.ask('set client_connection_check_interval = 0');
  await guard.ask(NO_TRANSACTION_TIMEOUT);
  guard.ask(GUARD, [seconds]).catch(() => undefined);
  for (const untilMs = performance.now() + GUARD_PATIENCE_MS; performance.now() < untilMs;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    if ((await control(SLEEPS, [guard.pid])).length > 0) return;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(3);
  }
  throw new Fault('timed_out', 'the session that lets the writes through again by itself did not start');
}
