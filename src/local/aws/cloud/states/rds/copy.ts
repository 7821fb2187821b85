import type {
  CopyDBClusterSnapshotMessage,
  CopyDBSnapshotMessage,
  DBClusterSnapshot,
  DBSnapshot,
} from '@aws-sdk/client-rds';
import { CloudRefusal } from '../../refusal.ts';
import { arnIn, regionOfArn } from '../../region.ts';
import type { Change, Steps, Truth } from '../change.ts';
import { clusterSnapshotOf, mustHaveRoom, nameOf, snapshotOf } from './snapshots.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html: in progress to one region. */
const MOST_COPIES = 20;

/**
 * CopyDBSnapshot, asked for in the region that the copy is to be in: creating, then available.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html
 */
export function copySnapshot(truth: Truth, input: CopyDBSnapshotMessage, region: string): Change {
  const source = snapshotOf(truth, input.SourceDBSnapshotIdentifier);
  const { DBSnapshotArn: from = '', Encrypted, OriginalSnapshotCreateTime: original, SnapshotCreateTime } = source;
  const name = nameOf(input.TargetDBSnapshotIdentifier);
  const arn = targetArn(from, region, name);
  if (truth.snapshots.some(({ DBSnapshotArn }) => DBSnapshotArn === arn)) throw exists('DBSnapshotAlreadyExists', name);
  if (source.Status !== 'available') throw notReady('InvalidDBSnapshotState', source.Status);
  mustHaveKey(from, region, Encrypted, input.KmsKeyId);
  mustHaveRoom(truth.snapshots, truth, region);
  const isOnItsWay = ({ DBSnapshotArn, Status }: DBSnapshot) =>
    regionOfArn(DBSnapshotArn) === region && Status === 'creating';
  mustHaveTurn(truth.snapshots.filter(isOnItsWay).length);
  const copy: DBSnapshot = {
    ...source,
    DBSnapshotIdentifier: name,
    DBSnapshotArn: arn,
    SnapshotType: 'manual',
    Status: 'creating',
    PercentProgress: 0,
    SnapshotCreateTime: new Date(truth.nowMs),
    OriginalSnapshotCreateTime: original ?? SnapshotCreateTime,
    SourceRegion: regionOfArn(from),
    SourceDBSnapshotIdentifier: from,
    TagList: input.Tags ?? [],
  };
  return { snapshots: [copy], due: [{ after: 'copyGrows', step: { name: 'copy-grows', resource: arn, to: name } }] };
}

/** CopyDBClusterSnapshot. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBClusterSnapshot.html */
export function copyClusterSnapshot(truth: Truth, input: CopyDBClusterSnapshotMessage, region: string): Change {
  const source = clusterSnapshotOf(truth, input.SourceDBClusterSnapshotIdentifier);
  const { DBClusterSnapshotArn: from = '', StorageEncrypted } = source;
  const name = nameOf(input.TargetDBClusterSnapshotIdentifier);
  const arn = targetArn(from, region, name);
  if (truth.clusterSnapshots.some(({ DBClusterSnapshotArn }) => DBClusterSnapshotArn === arn))
    throw exists('DBClusterSnapshotAlreadyExistsFault', name);
  if (source.Status !== 'available') throw notReady('InvalidDBClusterSnapshotStateFault', source.Status);
  mustHaveKey(from, region, StorageEncrypted, input.KmsKeyId);
  mustHaveRoom(truth.clusterSnapshots, truth, region);
  const copy: DBClusterSnapshot = {
    ...source,
    DBClusterSnapshotIdentifier: name,
    DBClusterSnapshotArn: arn,
    SnapshotType: 'manual',
    Status: 'creating',
    PercentProgress: 0,
    SnapshotCreateTime: new Date(truth.nowMs),
    SourceDBClusterSnapshotArn: from,
    TagList: input.Tags ?? [],
  };
  return {
    clusterSnapshots: [copy],
    due: [{ after: 'copyGrows', step: { name: 'cluster-copy-grows', resource: arn, to: name } }],
  };
}

export const copySteps: Steps = {
  'copy-grows': (truth, { resource, to = '' }) => ({
    snapshots: [{ ...snapshotOf(truth, resource), PercentProgress: 50 }],
    due: [{ after: 'copyEnds', step: { name: 'copy-ends', resource, to } }],
  }),
  'copy-ends': (truth, { resource, to = '' }) => ({
    snapshots: [{ ...snapshotOf(truth, resource), ...endOf(truth, to) }],
  }),
  'cluster-copy-grows': (truth, { resource, to = '' }) => ({
    clusterSnapshots: [{ ...clusterSnapshotOf(truth, resource), PercentProgress: 50 }],
    due: [{ after: 'copyEnds', step: { name: 'cluster-copy-ends', resource, to } }],
  }),
  'cluster-copy-ends': (truth, { resource, to = '' }) => ({
    clusterSnapshots: [{ ...clusterSnapshotOf(truth, resource), ...endOf(truth, to) }],
  }),
};

function endOf({ trouble }: Truth, name: string) {
  return trouble.strikes('copy-fails', name) ? { Status: 'failed' } : { Status: 'available', PercentProgress: 100 };
}

function targetArn(from: string, region: string, name: string): string {
  return [...arnIn(region, from).split(':').slice(0, -1), name].join(':');
}

function exists(code: string, name: string): CloudRefusal {
  return new CloudRefusal(code, `Cannot create the snapshot because one with the identifier ${name} already exists.`);
}

function notReady(code: string, status = 'unknown'): CloudRefusal {
  return new CloudRefusal(code, `The source snapshot is not available: it is ${status}.`);
}

/** A key of one region opens nothing in another. */
function mustHaveKey(from: string, region: string, isEncrypted = false, key?: string): void {
  if (isEncrypted && key === undefined && regionOfArn(from) !== region)
    throw new CloudRefusal('InvalidParameterCombination', 'KmsKeyId is required to copy an encrypted snapshot.');
  if (!isEncrypted && key !== undefined)
    throw new CloudRefusal('InvalidParameterCombination', 'An unencrypted snapshot cannot be copied with a KmsKeyId.');
}

function mustHaveTurn(onItsWay: number): void {
  if (onItsWay < MOST_COPIES) return;
  throw new CloudRefusal('SnapshotQuotaExceeded', `Cannot have more than ${MOST_COPIES} copies in progress.`);
}
