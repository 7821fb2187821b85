import type { Snapshot, Tag } from '@aws-sdk/client-elasticache';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import { isOurs, PIN_TAG, PROVEN_TAG, RUN_TAG, tagValue } from '../../snapshot-tags.ts';

/**
 * Pure: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html. Shards are cut one by one: what counts is
 * the earliest. `tags` are asked for apart.
 */
export function snapshotSeen(target: string, snapshot: Snapshot, tags: readonly Tag[]): CloudSnapshot {
  const { SnapshotName: name = '', ARN: id = '', SnapshotStatus, SnapshotSource, NodeSnapshots: nodes = [] } = snapshot;
  const times = nodes.flatMap(({ SnapshotCreateTime: at }) => (at === undefined ? [] : [at.getTime()]));
  const first = times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
  const sizes = nodes.flatMap(({ CacheSize }) => sizeOf(CacheSize));
  return {
    name,
    id,
    source: snapshot.ReplicationGroupId ?? snapshot.CacheClusterId ?? '',
    by: SnapshotSource === 'automated' ? 'cloud' : isOurs(target, name, tags) ? 'nightshift' : 'others',
    run: tagValue(tags, RUN_TAG),
    status: SnapshotStatus ?? 'unknown',
    percent: null,
    at: first,
    sizeBytes: sizes.length === 0 ? null : sizes.reduce((sum, bytes) => sum + bytes, 0),
    encrypted: null,
    pinned: tagValue(tags, PIN_TAG) !== null,
    provenAt: tagValue(tags, PROVEN_TAG),
  };
}

const UNITS: Readonly<Record<string, number>> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** "8 MB" */
function sizeOf(text = ''): number[] {
  const [, amount, unit = ''] = /^([\d.]+)\s*([KMGT]B)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return amount === undefined || factor === undefined ? [] : [Number(amount) * factor];
}
