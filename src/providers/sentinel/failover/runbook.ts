import type { Runbook } from '../../../targets/runbook.ts';
import { onReplica } from '../../redis-switchover/runbook-prechecks.ts';

/** A replica in the place of a dead primary, where too few Sentinels are left to do it. */
export const runbook = {
  setUp: 'Sentinel, most of them gone',
  prechecks: {
    Sentinels: 'warns always: they are too few, and those that are away must not come back as they are',
    ...onReplica,
  },
  steps: [
    {
      says: 'Call {from} again, ask {to} and the Sentinels: one of them that hears it ends this',
      failing: 'nothing was done',
    },
    { says: 'Wait until the log position of {to} has come to rest', failing: 'nothing was done' },
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
      says: 'Tell each Sentinel that answers, one after the other, to watch {to} as it watched {from} (SENTINEL REMOVE, MONITOR, SET)',
      failing: 'the outcome names the Sentinel, with what to type',
    },
    {
      says: 'Look whether {from} is back, and say how it is kept away',
      failing: 'a person is asked: two may take writes',
    },
  ],
  clients: [
    {
      says: 'Clients that ask a Sentinel which answers find {to} once that one is told; others find {from} or nobody.',
    },
    { says: 'What {from} had acknowledged and not yet copied to {to} is lost.' },
  ],
  undo: 'Nothing: from the promotion on there are two histories, and what only {from} has is discarded when it follows {to}.',
} as const satisfies Runbook;
