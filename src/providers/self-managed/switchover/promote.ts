import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { Ask } from './sessions.ts';

/**
 * The server itself looks at its clock: a process that slept through the deadline promotes nothing.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
 */
const PROMOTE = `select case when clock_timestamp() < $1::timestamptz then pg_promote(false) end as promoting`;
const IS_PRIMARY = `select not pg_is_in_recovery() as "isPrimary"`;

/** All that was received is replayed already: longer than this means that something is wrong. */
const PATIENCE_MS = 20_000;

/** Promotes once. Throws a Fault `timed_out` where nobody knows whether it will. */
export async function promote(ask: Ask, until: string): Promise<'promoted' | 'too late'> {
  const [row] = await ask<{ promoting: boolean | null }>(PROMOTE, [until]);
  if (row?.promoting === null) return 'too late';
  for (const patientUntil = performance.now() + PATIENCE_MS; performance.now() < patientUntil;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [now] = await ask<{ isPrimary: boolean }>(IS_PRIMARY);
    if (now?.isPrimary) return 'promoted';
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(5);
  }
  throw new Fault('timed_out', `it was told to take over, and had not after ${PATIENCE_MS / 1000} seconds`);
}
