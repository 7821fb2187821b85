import { durationText } from '../../../checks/wording.ts';
import type { DeathSign } from '../../../targets/failover.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { StandbyState } from './ask-standby.ts';
import { follows } from './who-was-primary.ts';

/** A standby that has heard from its primary within this time follows one that is alive. */
const FRESH_SECONDS = 10;

/** Where a standby never gives up by itself: longer than any primary is silent that has a receiver to answer. */
const MOST_SILENCE_SECONDS = 60;

/**
 * Pure: what a standby says of the primary. A primary without work is silent until the receiver asks it whether it is there, after half
 * of its timeout: until then silence says nothing.
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-WAL-RECEIVER-TIMEOUT
 * One that follows another member knows nothing of the primary. Under an address that the config does not have it is believed.
 */
export function standbySign(
  member: string,
  state: StandbyState,
  { primary, members }: { primary: string; members: readonly MemberSpec[] },
): DeathSign {
  const followed = members.filter((one) => follows(state, one)).map(({ name }) => name);
  if (followed.length > 0 && !followed.includes(primary))
    return { from: member, says: 'unknown', sentence: `it follows ${followed[0]}, and not ${primary}.` };
  return heardSign(member, state);
}

function heardSign(member: string, { receiver, receiverTimeoutSeconds }: StandbyState): DeathSign {
  if (receiver === null)
    return { from: member, says: 'dead', sentence: 'it receives nothing, and finds nobody to receive from.' };
  const { status, silentSeconds } = receiver;
  const limit = receiverTimeoutSeconds > 0 ? receiverTimeoutSeconds / 2 + FRESH_SECONDS / 2 : MOST_SILENCE_SECONDS;
  const heard = `it heard from the primary ${durationText(silentSeconds)} ago`;
  if (silentSeconds > limit)
    return { from: member, says: 'dead', sentence: `${heard} (limit: ${durationText(limit)}).` };
  if (status !== 'streaming') return { from: member, says: 'unknown', sentence: `its receiver is ${status}.` };
  if (silentSeconds <= Math.min(FRESH_SECONDS, limit)) return { from: member, says: 'alive', sentence: `${heard}.` };
  return { from: member, says: 'unknown', sentence: `${heard}; before ${durationText(limit)} that says nothing.` };
}
