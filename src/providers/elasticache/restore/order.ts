import { CreateReplicationGroupCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { RestoreOrder } from '../../../targets/cloud-restore.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { operatorRoleOf } from '../../failover-role.ts';
import { orderAs, type OrderAnswer } from '../../order-once.ts';
import type { RefusalWords } from '../../order-refusal.ts';
import { RUN_TAG } from '../../snapshot-tags.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html */
export const RESTORE_WORDS: RefusalWords = [
  [/^ReplicationGroupAlreadyExists/, (name) => `there is a ${name} already, and nothing is restored over it`],
  [/^SnapshotNotFound/, () => 'the snapshot is not there any more'],
  [/^InvalidSnapshotState/, () => 'the snapshot is not available'],
  [
    /QuotaForCustomerExceeded|QuotaExceeded/,
    () => 'the account has as many nodes as it may: ask AWS for a higher quota',
  ],
  [/^InsufficientCacheClusterCapacity/, () => 'AWS has no node of this type there at the moment: try later'],
  [/^InvalidKMSKey|^KMSKey/, () => 'AWS cannot reach the key that it is encrypted with'],
  [
    /^CacheSubnetGroup|^InvalidVPCNetworkState|^InvalidSubnet/,
    () => 'the subnet group of the source does not do any more',
  ],
  [/^CacheParameterGroupNotFound|^UserGroupNotFound/, () => 'the parameter or user group of the source is not there'],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the operator role may not do it: look at docs/permissions.md',
  ],
];

/** Gives the one order that makes the group. The name is the token: ElastiCache makes no second one of it. */
export function orderGroup(
  { access, settings: client }: { access: CloudAccess; settings: CloudClient },
  { as, settings }: RestoreOrder,
  place: string,
): Promise<OrderAnswer> {
  const { snapshot = '', subnets, parameters, users } = settings;
  const named = (kind: string, name: string | undefined) =>
    (name?.split(',') ?? []).map((one) => `${place}:${kind}:${one}`);
  const command = commandOf(as, settings, access.actingFor ?? '');
  return orderAs(operatorRoleOf(access), client, {
    name: as,
    runId: access.actingFor,
    right: {
      action: ['elasticache:CreateReplicationGroup', 'elasticache:AddTagsToResource'],
      resources: [
        `${place}:replicationgroup:${as}`,
        `${place}:cluster:${as}-*`,
        snapshot,
        ...named('subnetgroup', subnets),
        ...named('parametergroup', parameters),
        ...named('usergroup', users),
      ],
    },
    client: (asRole) => new ElastiCacheClient(asRole),
    send: (asRole) => asRole.send(command),
    words: RESTORE_WORDS,
  });
}

function commandOf(as: string, settings: RestoreOrder['settings'], run: string): CreateReplicationGroupCommand {
  const { key, inTransit, shards, users } = settings;
  const isEncrypted = inTransit !== 'plain';
  return new CreateReplicationGroupCommand({
    ReplicationGroupId: as,
    ReplicationGroupDescription: `Restored from ${settings['snapshotName']}`,
    SnapshotName: settings['snapshotName'],
    CacheNodeType: settings['class'],
    Engine: settings['engine'],
    EngineVersion: settings['version'],
    CacheSubnetGroupName: settings['subnets'],
    SecurityGroupIds: settings['securityGroups']?.split(','),
    CacheParameterGroupName: settings['parameters'],
    AtRestEncryptionEnabled: settings['atRest'] === 'encrypted',
    TransitEncryptionEnabled: isEncrypted,
    MultiAZEnabled: false,
    // With shards AWS takes nothing else.
    AutomaticFailoverEnabled: shards !== undefined,
    ...(shards === undefined ? { NumCacheClusters: 1 } : { NumNodeGroups: Number(shards), ReplicasPerNodeGroup: 0 }),
    ...(key === undefined ? {} : { KmsKeyId: key }),
    ...(inTransit === 'preferred' ? { TransitEncryptionMode: inTransit } : {}),
    ...(users === undefined ? {} : { UserGroupIds: users.split(',') }),
    Tags: [
      { Key: RUN_TAG, Value: run },
      { Key: 'nightshift:restored-from', Value: settings['snapshot'] ?? '' },
    ],
  });
}
