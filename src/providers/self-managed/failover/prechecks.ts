import { bytesText } from '../../../checks/wording.ts';
import type { PrecheckName } from '../../../targets/runbook.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import type { runbook } from './runbook.ts';
import { bytesBetween } from '../../../core/lsn.ts';
import type { StandbyState } from './ask-standby.ts';

/** Pure: what a person should know of the standby that is to take over. */
export function prechecksOf(member: string, { received, replayed, waits, archives }: StandbyState): Precheck[] {
  const open = received === null || replayed === null || waits ? 0 : Math.max(0, bytesBetween(replayed, received));
  return [
    warn(
      'Replay',
      open > 0,
      `${member} has ${bytesText(open)} to replay before it takes writes.`,
      'All that was received is replayed.',
    ),
    warn(
      'Archive',
      !archives,
      `${member} does not archive its log of writes: point-in-time recovery ends with the old primary.`,
      'It goes on archiving.',
    ),
  ];
}

function warn(name: PrecheckName<typeof runbook>, holds: boolean, sentence: string, otherwise: string): Precheck {
  return holds ? { name, says: 'warns', sentence } : { name, says: 'ok', sentence: otherwise };
}
