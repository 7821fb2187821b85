import type { Runbook } from '../../../targets/runbook.ts';

/**
 * What Patroni does. A server that is stopped in order sends everything to its standbys before it ends, the last checkpoint with it:
 * https://www.postgresql.org/docs/current/warm-standby.html#STREAMING-REPLICATION. Only then Patroni lets go of the lock:
 * https://github.com/patroni/patroni/pull/2067
 */
export const runbook = {
  setUp: 'Servers that Patroni manages',
  prechecks: {
    Pause: 'stops while Patroni is paused',
    Schedule: 'stops where a switchover is scheduled in Patroni',
    Lock: 'stops where Patroni is in failsafe mode',
    'Long transactions': 'stops where a transaction has written for more than a minute',
    'Base backup': 'stops while one is taken',
    Archive: 'warns where the last attempt to archive failed',
  },
  steps: [
    {
      says: 'Ask the Patroni beside {from}, once, to give the writes of {from} to {to}',
      failing: 'nothing was done where Patroni refuses; where its answer is lost, Patroni and the servers are asked',
    },
    {
      says: 'Patroni writes a checkpoint on {from} and stops it in order: all of its sessions end, and {to} gets the rest of its log of writes',
      failing: 'Patroni ends what it began by itself; it is asked until then',
    },
    {
      says: 'Patroni lets {to} take the lock and promotes it; from here on nothing is taken back',
      failing: 'Patroni gives the lock to whoever has everything; where two take writes a person is asked',
      noWayBack: true,
    },
    { says: 'Patroni starts {from} as a standby of {to}', failing: 'the outcome says that it does not follow yet' },
    {
      says: 'Prove that {to} takes writes on the next timeline, and that it has everything that {from} had written',
      failing: 'the outcome says that it is not known whether something was lost, and why',
    },
  ],
  clients: [
    {
      says: 'Every client session on {from} ends, in all of its databases, and open transactions are rolled back; for some seconds nobody takes writes, and {from} answers no reads.',
    },
    {
      says: 'Clients find {to} as they always do under Patroni: by a proxy that asks its REST API, or by naming both servers with target_session_attrs=read-write.',
    },
  ],
  undo: 'Once Patroni has begun it is not taken back from here; afterwards another switchover takes the writes back, as soon as {from} is a standby of {to}.',
  loss: 'No acknowledged write, where {from} stops in order: {to} has everything then before it takes over. The outcome says whether that was proved. If {from} dies meanwhile, Patroni goes on as in a failover, and what {to} had not received is lost.',
} as const satisfies Runbook;
