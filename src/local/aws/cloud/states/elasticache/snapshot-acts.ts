import {
  CopySnapshot$,
  DeleteSnapshot$,
  type CopySnapshotMessage,
  type CopySnapshotResult,
  type DeleteSnapshotMessage,
  type DeleteSnapshotResult,
} from '@aws-sdk/client-elasticache';
import { operation, type CloudOperations } from '../../operation.ts';
import { CloudRefusal } from '../../refusal.ts';
import type { Change, Steps, Truth } from '../change.ts';
import type { World } from '../world.ts';
import { cacheSnapshotOf } from './snapshot.ts';

const EXPORTED_BYTES = 1_048_576;

/**
 * CopySnapshot to a bucket: the snapshot is exporting, then available, and each shard is an object.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html
 */
function exportSnapshot(truth: Truth, input: CopySnapshotMessage): Change {
  const { SourceSnapshotName: from, TargetSnapshotName: to = '', TargetBucket: bucket } = input;
  const source = cacheSnapshotOf(truth, from);
  if (bucket === undefined)
    throw new CloudRefusal('InvalidParameterCombination', 'The stand-in makes no copies within ElastiCache.');
  const inside = truth.exports[bucket];
  if (!inside) throw new CloudRefusal('InvalidParameterValue', `The S3 bucket ${bucket} does not exist.`);
  const taken = inside.find(({ key }) => key.startsWith(`${to}-`));
  if (taken)
    throw new CloudRefusal(
      'InvalidParameterValue',
      `The S3 bucket ${bucket} already contains an object with key ${taken.key}.`,
    );
  if (source.SnapshotStatus !== 'available')
    throw new CloudRefusal('InvalidSnapshotState', `Snapshot ${from} is ${source.SnapshotStatus}.`);
  return {
    cacheSnapshots: [{ ...source, SnapshotStatus: 'exporting' }],
    due: [{ after: 'exports', step: { name: 'cache-export-ends', resource: from ?? '', to: bucket, shard: to } }],
  };
}

export const exportSteps: Steps = {
  'cache-export-ends': (truth, { resource, to = '', shard: name = '' }) => {
    const source = cacheSnapshotOf(truth, resource);
    const shards = truth.trouble.strikes('export-lost', resource) ? [] : (source.NodeSnapshots ?? [{}]);
    return {
      cacheSnapshots: [{ ...source, SnapshotStatus: 'available' }],
      exported: shards.map((_, at) => ({
        bucket: to,
        key: `${name}-${String(at + 1).padStart(4, '0')}.rdb`,
        sizeBytes: EXPORTED_BYTES,
      })),
    };
  },
};

/** What is done with snapshots that are there. */
export function cacheSnapshotActs(world: World): CloudOperations {
  return {
    CopySnapshot: operation<CopySnapshotMessage, CopySnapshotResult>(CopySnapshot$, (input) => {
      world.apply(exportSnapshot(world.truth(), input));
      return { Snapshot: cacheSnapshotOf(world.truth(), input.SourceSnapshotName) };
    }),
    DeleteSnapshot: operation<DeleteSnapshotMessage, DeleteSnapshotResult>(DeleteSnapshot$, ({ SnapshotName }) => {
      const found = cacheSnapshotOf(world.truth(), SnapshotName);
      if (!['available', 'failed'].includes(found.SnapshotStatus ?? ''))
        throw new CloudRefusal('InvalidSnapshotState', `Snapshot ${SnapshotName} is ${found.SnapshotStatus}.`);
      world.apply({ gone: [found.ARN ?? ''] });
      return { Snapshot: { ...found, SnapshotStatus: 'deleting' } };
    }),
  };
}
