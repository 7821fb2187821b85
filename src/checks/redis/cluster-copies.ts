import type { Finding, Severity } from '../../core/finding.ts';
import { countText, listText } from '../wording.ts';
import type { ClusterShard } from './cluster-view.ts';

/** Primaries that nobody could replace. */
export function copies(shards: readonly ClusterShard[], leastReplicas: number): Finding[] {
  const bare = shards.filter(({ replicas }) => replicas.length < leastReplicas);
  if (bare.length === 0) return [];
  const slots = bare.reduce((sum, one) => sum + one.slots, 0);
  return [
    {
      ...clusterFinding(
        'copies',
        'warning',
        `${countText(bare.length, 'primary node')} of ${shards.length} ${bare.length === 1 ? 'has' : 'have'} fewer than ${countText(leastReplicas, 'live replica')} (${listText(bare.map(({ primary }) => primary))}, ${countText(slots, 'slot')}): nobody takes over there.`,
        { primaries: bare.map(({ primary }) => primary).slice(0, 20) },
        'Start the replicas that are away, or give it one with CLUSTER REPLICATE.',
      ),
      measure: { value: bare.length, unit: 'primaries', limit: 1, step: 1 },
    },
  ];
}

/** A host that goes takes the primary and all of its copies. */
export function hosts(shards: readonly ClusterShard[]): Finding[] {
  const together = shards.filter(
    ({ host, replicas }) => replicas.length > 0 && replicas.every((replica) => replica.host === host),
  );
  if (together.length === 0) return [];
  const everywhere = new Set(shards.flatMap(({ host, replicas }) => [host, ...replicas.map((one) => one.host)]));
  const names = listText(together.map(({ primary, host }) => `${primary} on ${host}`));
  return [
    clusterFinding(
      'hosts',
      everywhere.size === 1 ? 'info' : 'warning',
      everywhere.size === 1
        ? `All nodes of the cluster run on one host (${[...everywhere].join('')}): it goes as a whole.`
        : `${countText(together.length, 'primary node')} of ${shards.length} ${together.length === 1 ? 'has all its' : 'have all their'} replicas on the primary's own host (${names}): if that host goes, so do all copies.`,
      { together: together.map(({ primary, host }) => ({ primary, host })).slice(0, 20) },
      'Swap replicas between hosts with CLUSTER REPLICATE, one at a time.',
    ),
  ];
}

/** A finding about the whole cluster; `object` is what in it. */
export function clusterFinding(
  object: string,
  severity: Severity,
  sentence: string,
  evidence: Finding['evidence'],
  next: string,
): Finding {
  return { key: `redis.cluster:${object}`, severity, sentence, evidence, next };
}
