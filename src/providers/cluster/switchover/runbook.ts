import type { Runbook } from '../../../targets/runbook.ts';
import { onPrimary } from '../../redis-switchover/runbook-prechecks.ts';

/** One shard of a cluster. */
export const runbook = {
  setUp: 'Redis Cluster, one shard',
  prechecks: {
    State: 'stops where a node of the shard says that the cluster is not ok',
    Majority: 'stops where most of the primaries cannot vote',
    Calm: 'stops while slots are being moved',
    ...onPrimary,
  },
  steps: [
    { says: 'Compare the servers and the cluster with this plan', failing: 'nothing was done' },
    {
      says: 'Order {to} to take over (CLUSTER FAILOVER, never FORCE or TAKEOVER)',
      failing: 'nothing was done where it refuses; where its answer is lost, the nodes are asked',
    },
    {
      says: '{from} holds its writes, {to} catches up, the other primaries vote: without their majority within 5 s all stays as it was',
      failing: 'the servers let writes go on at the old primary by themselves',
      noWayBack: true,
    },
    {
      says: 'When {to} has the slots, look whether {from} follows and the nodes agree',
      failing: 'the outcome says who does not follow or agree yet',
    },
  ],
  clients: [
    { says: 'Writes to this shard stand still for a moment, usually well below 1 s; other shards are not touched.' },
    { says: 'Clients that know clusters are redirected (MOVED) from {from} to {to}, and notice nothing else.' },
  ],
  undo: 'Until {to} is elected the servers undo it by themselves and {from} goes on; after that the way back is another switchover, to {from}.',
} as const satisfies Runbook;
