import type { FenceState } from '../../../targets/fence.ts';
import type { SwitchoverIdentity } from '../../../targets/switchover.ts';
import type { StandbyState } from './ask-standby.ts';

/**
 * Pure: what must still be so. How far the standby is belongs to it: nothing more can come from a primary that is dead, and
 * what is lost is counted from there.
 */
export function identityOf(member: string, state: StandbyState, fence: FenceState | undefined): SwitchoverIdentity {
  return {
    'system identifier': state.systemIdentifier,
    timeline: state.timeline,
    [receivedKey(member)]: state.received ?? 'nothing',
    ...(fence ? { fence: fence.says } : {}),
  };
}

export function receivedKey(member: string): string {
  return `received by ${member}`;
}
