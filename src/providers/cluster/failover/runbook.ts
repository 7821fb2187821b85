import type { Runbook } from '../../../targets/runbook.ts';
import { onReplica } from '../../redis-switchover/runbook-prechecks.ts';

export const WHERE_MAJORITY = 'where most of the primaries can vote';
export const WHERE_NO_MAJORITY = 'where they cannot';

/** A replica in the place of the dead primary of one shard. */
export const runbook = {
  setUp: 'Redis Cluster, one shard',
  prechecks: { Majority: 'warns where most of the primaries cannot vote', ...onReplica },
  steps: [
    {
      says: 'Call {from} again, ask {to} and the other primaries: one of them that hears it ends this',
      failing: 'nothing was done',
    },
    { says: 'Wait until the log position of {to} has come to rest', failing: 'nothing was done' },
    {
      says: 'Order {to} to take over from a primary that does not answer (CLUSTER FAILOVER FORCE): the other primaries vote',
      where: WHERE_MAJORITY,
      failing: 'without their votes nothing is changed',
      noWayBack: true,
    },
    {
      says: 'Order {to} to take over without an election (CLUSTER FAILOVER TAKEOVER): from here on there is no way back',
      where: WHERE_NO_MAJORITY,
      failing: 'the nodes are asked; where nobody can say, a person is',
      noWayBack: true,
    },
    {
      says: 'When {to} has the slots, look whether the nodes agree',
      failing: 'the outcome says who does not agree yet',
    },
  ],
  clients: [
    {
      says: 'Writes to this shard fail until {to} has its slots; clients that know clusters find it by themselves (MOVED). Other shards go on where they do now.',
    },
    { says: 'What {from} had acknowledged and not yet copied to {to} is lost.' },
  ],
  undo: 'Nothing: when {from} is back it follows {to} by itself, and what only it has is discarded.',
} as const satisfies Runbook;
