import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { countText, listText } from '../wording.ts';
import { askEach, unseenFindings, type EachSaid } from './asked.ts';
import { clusterFinding, copies, hosts } from './cluster-copies.ts';
import { shardsIn, viewOf, type ClusterShard, type NodeView } from './cluster-view.ts';
import { nobodyAnswered } from './info.ts';

/** `views` is null where the target is no cluster: then there is nothing to judge. */
type Sample = {
  views: EachSaid<NodeView> | null;
  shards: readonly ClusterShard[];
  /** Nodes that were not opened because there are too many. */
  unopened: number;
};

/** https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#key-distribution-model */
const SLOTS = 16_384;
const SHARDS_MOST = 200;

const Limits = z.strictObject({
  /** Replicas that each primary should have. */
  leastReplicas: z.number().int().min(0).default(1),
});
type Limits = z.infer<typeof Limits>;

/** Are all slots served, does every node see it so, and could every primary be replaced? https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
export const cluster = defineCheck<RedisTarget, { read: Sample }, Limits>({
  id: 'redis.cluster',
  engine: 'redis',
  title: 'Cluster slots and nodes',
  why: 'One slot without a primary stops the whole cluster by default, and a primary without replica is one failure away from it.',
  explainedBy: ['failover', 'restart', 'machine', 'setting'],
  limits: Limits,
  ask: {
    async read(target) {
      if (target.members.length === 0) return nobodyAnswered;
      if (!target.cluster) return { sample: { views: null, shards: [], unopened: 0 } };
      const { nodes, names } = target.cluster;
      const seen = await askEach(target, viewOf);
      if (!('sample' in seen)) return seen;
      const shards = shardsIn(nodes, names).slice(0, SHARDS_MOST);
      const unopened = Math.max(
        0,
        nodes.filter(({ flags }) => !flags.includes('noaddr') && !flags.includes('handshake')).length -
          target.members.length -
          target.unreached.length,
      );
      return { sample: { views: seen.sample, shards, unopened } };
    },
  },

  judge({ read: { views, shards, unopened } }, _before, limits) {
    if (!views) return [];
    return [
      ...state(views.members),
      ...coverage(views.members),
      ...failures(views.members),
      ...agreement(views.members, shards),
      ...copies(shards, limits.leastReplicas),
      ...hosts(shards),
      ...tooMany(unopened, views.members.length),
      ...unseenFindings('redis.cluster', 'The cluster', views.unseen),
    ];
  },

  facts: ({ read: { views, shards } }) =>
    views
      ? [{ label: 'Cluster', value: `${countText(shards.length, 'primary node')} of ${views.members.length}` }]
      : [],
});

function state(views: readonly NodeView[]): Finding[] {
  const down = views.filter((view) => view.state === 'fail').map(({ name }) => name);
  if (down.length === 0) return [];
  const all = down.length === views.length;
  return [
    clusterFinding(
      'state',
      'critical',
      all
        ? `The cluster is down: all ${countText(down.length, 'node')} say cluster_state:fail and refuse keys.`
        : `${down.length} of ${countText(views.length, 'node')} say that the cluster is down (${listText(down)}) and refuse keys: they are cut off from the majority of the primaries.`,
      { down },
      all
        ? 'See the findings on slots and failed nodes: the first primary that comes back with its slots ends it.'
        : 'Look at the network of those nodes, the cluster bus port too (port + 10000 unless cluster-port says otherwise).',
    ),
  ];
}

/** By the node that knows of most: one that was cut off does not count. */
function coverage(views: readonly NodeView[]): Finding[] {
  const assigned = Math.max(...views.map(({ slotsAssigned }) => slotsAssigned ?? -1));
  const missing = SLOTS - assigned;
  const moving = views.reduce((sum, { movingSlots }) => sum + movingSlots, 0);
  return [
    ...(assigned >= 0 && missing > 0
      ? [
          {
            ...clusterFinding(
              'slots',
              'critical',
              `${countText(missing, 'slot')} of ${SLOTS.toLocaleString('en-US')} belong to no node: their keys cannot be read or written.`,
              { assigned },
              'Find the node that had them; without it, CLUSTER ADDSLOTS gives them to another one, empty.',
            ),
            measure: { value: missing, unit: 'slots', limit: 1, step: 1 },
          },
        ]
      : []),
    ...(moving > 0
      ? [
          clusterFinding(
            'moving',
            'info',
            `${countText(moving, 'slot')} are marked as being moved from node to node.`,
            { moving },
            'Wait while a reshard is under way; redis-cli --cluster fix ends one that was broken off.',
          ),
        ]
      : []),
  ];
}

function failures(views: readonly NodeView[]): Finding[] {
  const failed = [...new Set(views.flatMap((view) => view.failed))].toSorted();
  const doubted = [...new Set(views.flatMap((view) => view.suspected))]
    .filter((one) => !failed.includes(one))
    .toSorted();
  const slots = Math.max(0, ...views.map(({ slotsFailed }) => slotsFailed ?? 0));
  const reports = (place: string) => views.filter(({ suspected }) => suspected.includes(place)).length;
  return [
    ...(failed.length > 0
      ? [
          clusterFinding(
            'failed',
            slots > 0 ? 'critical' : 'warning',
            `${countText(failed.length, 'node')} of the cluster ${failed.length === 1 ? 'has' : 'have'} failed by agreement (${listText(failed)})${slots > 0 ? `, and ${countText(slots, 'slot')} with ${failed.length === 1 ? 'it' : 'them'}` : '; its slots are served'}.`,
            { failed, slots },
            slots > 0
              ? 'Start that node, or see why none of its replicas took over (cluster-replica-validity-factor, no majority).'
              : 'Start that node again, it joins as a replica; or take it out for good with CLUSTER FORGET on every node.',
          ),
        ]
      : []),
    ...doubted.map((place) => ({
      ...clusterFinding(
        `suspected:${place}`,
        'warning' as const,
        `${reports(place)} of ${countText(views.length, 'node')} cannot reach ${place}; it is failed when most of the primaries say so.`,
        { place },
        'Wait for one cluster-node-timeout; if it stays, look at the network between those nodes.',
      ),
      measure: { value: reports(place), unit: 'nodes', limit: 1, step: 1 },
    })),
  ];
}

function agreement(views: readonly NodeView[], shards: readonly ClusterShard[]): Finding[] {
  const layouts = Map.groupBy(views, ({ layout }) => layout);
  const few = [...layouts.values()]
    .toSorted((a, b) => b.length - a.length)
    .slice(1)
    .flat()
    .map(({ name }) => name);
  const epochs = Map.groupBy(shards, ({ epoch }) => epoch);
  const clash = [...epochs.values()].find((of) => of.length > 1);
  return [
    ...(few.length > 0
      ? [
          clusterFinding(
            'agreement',
            'warning',
            `The nodes do not agree on who serves which slot: ${listText(few)} ${few.length === 1 ? 'has' : 'have'} another view than the rest.`,
            { nodes: few.slice(0, 20) },
            'Wait a minute, a failover or reshard may be under way; if it stays, those nodes are cut off.',
          ),
        ]
      : []),
    ...(clash
      ? [
          clusterFinding(
            'epoch',
            'warning',
            `${listText(clash.map(({ primary }) => primary))} have the same configuration epoch: which one is right after the next failover is left to chance.`,
            { primaries: clash.map(({ primary, epoch }) => ({ primary, epoch })).slice(0, 20) },
            'It mends itself within seconds; if it stays, run CLUSTER BUMPEPOCH on one of them.',
          ),
        ]
      : []),
  ];
}

function tooMany(unopened: number, opened: number): Finding[] {
  if (unopened === 0) return [];
  return [
    clusterFinding(
      'unopened',
      'info',
      `${countText(unopened, 'node')} of the cluster were not looked at, ${opened} were: that many are opened at once.`,
      { unopened, opened },
      'Name the nodes in parts, as several targets in nightshift.yaml, to have all of them looked at.',
    ),
  ];
}
