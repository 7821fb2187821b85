import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { bytesText } from '../../../core/amount.ts';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { RestoreLook } from '../../../targets/cloud-restore.ts';

/** Pure: why a group like this one cannot be made. Its AUTH token is told to nobody, and without it the new one would be open. */
export function whyNotLike({ ReplicationGroupId: name, AuthTokenEnabled }: ReplicationGroup): string | undefined {
  if (AuthTokenEnabled !== true) return undefined;
  return `${name} has an AUTH token, which AWS tells nobody: restore its snapshot in the console of AWS, and set the token there; with user groups the bot can do it`;
}

/**
 * Pure: the settings of the new group, those of its source where AWS would take others by itself; one node a shard.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
export function settingsOf(
  { id, name }: CloudSnapshot,
  group: ReplicationGroup,
  node: CacheCluster | undefined,
): RestoreLook['settings'] {
  const all = {
    snapshot: id,
    snapshotName: name,
    ...ofNode(node),
    ...encryptionOf(group),
    ...(group.CacheNodeType === undefined ? {} : { class: group.CacheNodeType }),
    users: group.UserGroupIds?.toSorted().join(','),
    shards: group.ClusterEnabled === true ? String(group.NodeGroups?.length ?? 1) : undefined,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(given);
}

function ofNode(node: CacheCluster = {}) {
  const groups = node.SecurityGroups?.flatMap(({ SecurityGroupId: one }) => one ?? []) ?? [];
  return {
    class: node.CacheNodeType,
    engine: node.Engine,
    version: node.EngineVersion,
    subnets: node.CacheSubnetGroupName,
    securityGroups: groups.toSorted().join(','),
    parameters: node.CacheParameterGroup?.CacheParameterGroupName,
  };
}

function encryptionOf({ TransitEncryptionMode: mode, ...group }: ReplicationGroup) {
  return {
    atRest: group.AtRestEncryptionEnabled === true ? 'encrypted' : 'plain',
    key: group.KmsKeyId,
    inTransit: group.TransitEncryptionEnabled === true ? (mode ?? 'required') : 'plain',
  };
}

/** Pure: what people approve. */
export function restoreLook(
  snapshot: CloudSnapshot,
  settings: RestoreLook['settings'],
  { as, source }: { as: string; source: string },
): RestoreLook {
  const holdsUntil = snapshot.at ?? '';
  const cut = `${holdsUntil.slice(0, 19).replace('T', ' ')} UTC`;
  return {
    from: snapshot.name,
    as,
    holdsUntil,
    settings,
    steps: [
      `Order AWS once to make the new replication group ${as} of ${snapshot.name} (CreateReplicationGroup)`,
      'Ask every ten seconds until it is available; nothing that is there is touched, and no client is pointed to it',
    ],
    loss: `Nothing is lost by it. The new group has nothing that was written after ${cut}.`,
    facts: [
      { label: 'Holds everything until', value: cut },
      {
        label: 'Like',
        value: `${source}: ${settings['class'] ?? 'type not told'}, one node${settings['shards'] === undefined ? '' : ` in each of ${settings['shards']} shards`}`,
      },
      { label: 'Reached by', value: `security groups ${settings['securityGroups'] ?? 'of the VPC'}` },
      { label: 'Encrypted', value: `at rest: ${settings['atRest']}; on the way: ${settings['inTransit']}` },
      { label: 'Protected', value: 'by no replica, and not against deletion: ElastiCache has nothing for that' },
      { label: 'Costs', value: 'as much as any of its type and size, until somebody deletes it' },
      ...(snapshot.sizeBytes === null ? [] : [{ label: 'Size', value: bytesText(snapshot.sizeBytes) }]),
    ],
  };
}
