import { countText, durationText } from '../../../checks/wording.ts';
import type { PrecheckName } from '../../../targets/runbook.ts';
import type { Precheck } from '../../../targets/switchover.ts';
import type { runbook } from './runbook.ts';
import type { PrimaryFacts } from '../switchover/ask-role.ts';
import type { View } from './view.ts';

/** A transaction that has written for longer is somebody's work of value: it would be rolled back. */
const MOST_WRITE_SECONDS = 60;

export type Leader = { member: string; does: PrimaryFacts };

/** Pure: what has to be so before Patroni is asked, and what a person should know. */
export function prechecksOf({ cluster, statuses }: View, { member, does }: Leader): Precheck[] {
  const status = statuses.get(member);
  const isCutOff =
    status !== undefined && 'failsafe_mode_is_active' in status && status.failsafe_mode_is_active === true;
  const planned = cluster.scheduled_switchover;
  const writes = does.longestWriteSeconds ?? 0;
  return [
    precheck(
      'Pause',
      'stops',
      cluster.pause,
      'Patroni is paused: end that first (patronictl resume).',
      'Patroni is not paused.',
    ),
    precheck(
      'Schedule',
      'stops',
      planned !== null && planned !== undefined,
      `A switchover is scheduled in Patroni for ${planned?.at}: let it happen, or take it out first (patronictl flush).`,
      'No switchover is scheduled.',
    ),
    precheck(
      'Lock',
      'stops',
      isCutOff,
      'Patroni does not reach the store of its lock and is in failsafe mode: mend that first.',
      `${member} holds the lock of the leader.`,
    ),
    precheck(
      'Long transactions',
      'stops',
      writes > MOST_WRITE_SECONDS,
      `A transaction on ${member} has written for ${durationText(writes)} and would be rolled back (limit: ${durationText(MOST_WRITE_SECONDS)}): let it end, or end it first.`,
      'None that has written.',
    ),
    precheck(
      'Base backup',
      'stops',
      does.backups > 0,
      `${countText(does.backups, 'base backup')} of ${member} in progress: wait for the end.`,
      'None in progress.',
    ),
    precheck(
      'Archive',
      'warns',
      does.archives && does.archiveFailing,
      `The last attempt of ${member} to archive failed: it may take long to stop.`,
      does.archives ? 'It works.' : 'Nothing is archived.',
    ),
  ];
}

function precheck(
  name: PrecheckName<typeof runbook>,
  says: 'stops' | 'warns',
  holds: boolean,
  sentence: string,
  otherwise: string,
): Precheck {
  return holds ? { name, says, sentence } : { name, says: 'ok', sentence: otherwise };
}
