import type { SwitchoverIdentity } from '../../../targets/switchover.ts';
import type { Ask } from '../switchover/sessions.ts';

/** A server writes one shutdown checkpoint at the end of its life: which life it was is part of the plan. */
const STARTED = `select to_char(pg_postmaster_start_time() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started`;

/** When the server was started, by its own clock, to the millisecond (UTC). */
export async function startedAt(ask: Ask): Promise<string> {
  const [row] = await ask<{ started: string }>(STARTED);
  if (!row) throw new TypeError('a query without a condition has a row');
  return row.started;
}

/** Pure: what must still be so. */
export function identityOf(
  primary: string,
  { systemIdentifier, timeline }: { systemIdentifier: string; timeline: number },
  started: string,
): SwitchoverIdentity {
  return { 'system identifier': systemIdentifier, timeline, [startKey(primary)]: started };
}

export function startKey(primary: string): string {
  return `start of ${primary}`;
}
