import type { Runbook } from '../../../targets/runbook.ts';
import { WHERE_SIBLINGS } from '../siblings/outlook.ts';

export const WHERE_FENCED = 'where something can keep clients away (`fence` in nightshift.yaml)';

const OPENED_AGAIN = 'nothing was done; a fence that let everybody in right before is opened again';

/** A streaming standby in the place of a primary that is dead. */
export const runbook = {
  setUp: 'Streaming replication that nobody else manages',
  prechecks: {
    Replay: 'warns where the standby has something to replay first',
    Archive: 'warns where it does not archive',
  },
  steps: [
    {
      says: 'Look once more that {from} is dead, from here and by {to}, and that {to} has received nothing since',
      failing: 'nothing was done',
    },
    {
      says: 'Wait until {to} has replayed all that it has received',
      failing: 'nothing was done: ask again when it is through',
    },
    {
      says: 'Keep clients away from {from}: {fence}',
      where: WHERE_FENCED,
      failing:
        'nothing was done, unless two writers were accepted; a fence that let everybody in right before is opened again',
    },
    {
      says: 'Promote {to}, once; from here on nothing can be taken back',
      failing: `${OPENED_AGAIN}. Where somebody else has promoted it, a person is asked and the fence stays closed`,
      noWayBack: true,
    },
    {
      says: 'Prove that {to} takes writes on a new timeline, and look whether {from} has come back',
      failing: 'a person is asked: the old primary answers, or the new one takes no write',
    },
    {
      says: 'Point other standbys at {to}, where the login that acts may; none that has more than {to}',
      where: WHERE_SIBLINGS,
      failing: 'they stay where they are: the outcome says of each why, and what to do',
    },
  ],
  clients: [
    {
      says: 'If {from} comes back it takes writes as if nothing had happened, and what it takes then is on no other server: somebody has to keep it down (docs/runbooks/failover-postgres.md).',
    },
    {
      says: 'Clients find {to} by themselves if they name both servers with target_session_attrs=read-write; others have to be pointed at it.',
    },
    {
      says: 'Other standbys do not follow {to} by themselves: who is pointed at it, and by whom, stands below. Slots have to be made anew.',
    },
  ],
  undo: 'Nothing can be undone: from then on there are two histories, and what only {from} has can be read there and copied by hand.',
  unnamed: { fence: 'what stands before it is closed, and has to answer that it is' },
} as const satisfies Runbook;
