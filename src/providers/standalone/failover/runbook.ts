import type { Runbook } from '../../../targets/runbook.ts';
import { onReplica } from '../../redis-switchover/runbook-prechecks.ts';

/** A replica in the place of a dead primary that nobody watches. */
export const runbook = {
  setUp: 'Servers that nobody watches',
  prechecks: { Clients: 'warns always: nobody tells clients where to go', ...onReplica },
  steps: [
    { says: 'Call {from} again, and ask {to}: one of them that hears it ends this', failing: 'nothing was done' },
    { says: 'Wait until the log position of {to} has come to rest', failing: 'nothing was done' },
    {
      says: 'Close {from} to clients where something can, and call it once more',
      failing: 'nothing was done, unless two writers were accepted',
    },
    {
      says: 'Promote {to} (REPLICAOF NO ONE): from here on there is no way back',
      failing: 'the servers are asked; where nobody can say, a person is',
      noWayBack: true,
    },
    {
      says: 'Point the other replicas to {to}, and look whether they follow',
      failing: 'the outcome names those that do not; one that has more is left as it is',
    },
    {
      says: 'Look whether {from} is back, and say how it is kept away',
      failing: 'a person is asked: two may take writes',
    },
  ],
  clients: [
    {
      says: 'Writes fail until clients know the address of {to}: whoever keeps it (DNS, a proxy, a setting) has to point it there. Nightshift does not.',
    },
    { says: 'What {from} had acknowledged and not yet copied to {to} is lost.' },
  ],
  undo: 'Nothing: from the promotion on there are two histories, and what only {from} has is discarded when it follows {to}.',
} as const satisfies Runbook;
