import {
  CopyDBClusterSnapshotCommand,
  CopyDBSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBSnapshotCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import { expiryRoleOf, operatorRoleOf } from '../../failover-role.ts';
import { orderAs, type OrderAnswer } from '../../order-once.ts';
import { copyTagsOf } from '../../snapshot-tags.ts';
import { arnIn, type RdsCopy, type SnapshotWork } from './maker.ts';
import { COPY_WORDS, DELETE_WORDS } from './words.ts';

export type SnapshotKind = 'snapshot' | 'cluster-snapshot';

/** What RDS asks of KMS in the name of whoever copies. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html */
const KEY_ACTIONS = ['kms:CreateGrant', 'kms:DescribeKey'] as const;

/**
 * Orders a copy in the region of the work. The client signs the request of the source region besides, where AWS asks for that (GovCloud).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html
 */
export function copyHere(
  { settings, access, target }: SnapshotWork,
  kind: SnapshotKind,
  { of, kmsKey }: RdsCopy,
): Promise<OrderAnswer> {
  const isCluster = kind === 'cluster-snapshot';
  const { name, id, run, at, encrypted } = of;
  const common = {
    Tags: copyTagsOf(target, run ?? '', at ?? ''),
    // A key with what is not encrypted is refused.
    ...(encrypted === true && kmsKey !== null ? { KmsKeyId: kmsKey } : {}),
  };
  return orderAs(operatorRoleOf(access), settings, {
    name,
    runId: access.copyingFor,
    right: {
      action: [isCluster ? 'rds:CopyDBClusterSnapshot' : 'rds:CopyDBSnapshot', 'rds:AddTagsToResource'],
      resources: [id, arnIn(settings.region, id)],
      ...(encrypted === true ? { besides: [{ action: KEY_ACTIONS, resources: ['*'] }] } : {}),
    },
    client: (made) => new RDSClient(made),
    send: async (client) =>
      isCluster
        ? client.send(
            new CopyDBClusterSnapshotCommand({
              SourceDBClusterSnapshotIdentifier: id,
              TargetDBClusterSnapshotIdentifier: name,
              ...common,
            }),
          )
        : client.send(
            new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: id, TargetDBSnapshotIdentifier: name, ...common }),
          ),
    words: COPY_WORDS,
  });
}

/** Orders that a snapshot of ours be deleted, in the region of the work, as the role that may do nothing else. */
export function eraseHere(
  { settings, access }: SnapshotWork,
  kind: SnapshotKind,
  { name, id }: CloudSnapshot,
): Promise<OrderAnswer> {
  const isCluster = kind === 'cluster-snapshot';
  return orderAs(expiryRoleOf(access), settings, {
    name,
    runId: access.actingFor,
    right: { action: isCluster ? 'rds:DeleteDBClusterSnapshot' : 'rds:DeleteDBSnapshot', resources: [id] },
    client: (made) => new RDSClient(made),
    send: async (client) =>
      isCluster
        ? client.send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: name }))
        : client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: name })),
    words: DELETE_WORDS,
  });
}
