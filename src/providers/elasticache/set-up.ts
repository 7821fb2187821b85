import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  type CacheCluster,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { Answer, Question } from '../../core/question.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askAws } from '../aws-refusal.ts';
import { usesTokens, type HostAccess } from '../set-up.ts';
import { replicationGroupOf } from './token.ts';

type Described = { group: ReplicationGroup; node: CacheCluster | undefined };

/** What ElastiCache knows of the replication group of the first member. */
export function setUpQuestions(spec: TargetSpec, access: HostAccess): Question[] {
  let described: Promise<Described> | undefined;
  const [first] = spec.members;
  const name = replicationGroupOf(first?.identifier ?? first?.host.split('.')[0] ?? spec.name);
  const question = (id: string, title: string, judge: (seen: Described) => Answer): Question => ({
    id: `target.${spec.name}.${id}`,
    title: `${spec.name} ${title}`,
    ask: () =>
      askAws(
        'elasticache:DescribeReplicationGroups and elasticache:DescribeCacheClusters',
        () => (described ??= describe(spec, name, access)),
        judge,
        {
          problem: `ElastiCache knows no replication group ${name} in ${spec.region ?? access.client.region}`,
          fix: `Set the identifier of each member of targets.${spec.name} to its node, for example ${name}-001, and targets.${spec.name}.region.`,
        },
      ),
  });
  return [
    question('host', 'is available', ({ group, node }) => groupAnswer(name, group, node)),
    question('backups', 'is backed up by ElastiCache', ({ group: { SnapshotRetentionLimit = 0 } }) =>
      SnapshotRetentionLimit > 0
        ? { ok: `${SnapshotRetentionLimit} d` }
        : { problem: `${name} keeps no snapshots`, fix: modify(name, '--snapshot-retention-limit 7') },
    ),
    question('events', 'says when something happens', ({ node }) => eventAnswer(name, node, access)),
    ...(usesTokens(spec) ? [question('iam', 'takes signed logins', ({ group }) => tokenAnswer(name, group))] : []),
  ];
}

function groupAnswer(name: string, group: ReplicationGroup, node: CacheCluster | undefined): Answer {
  if (group.Status !== 'available')
    return { problem: `${name} is ${group.Status}`, fix: 'aws elasticache describe-events' };
  if (!group.TransitEncryptionEnabled) {
    return {
      problem: `${name} speaks no TLS, and Nightshift speaks nothing else to ElastiCache`,
      fix: `${modify(name, '--transit-encryption-enabled --transit-encryption-mode preferred')}, then required`,
    };
  }
  if (group.AutomaticFailover !== 'enabled') {
    return { problem: `automatic failover of ${name} is off`, fix: modify(name, '--automatic-failover-enabled') };
  }
  return { ok: `${node?.Engine ?? 'redis'} ${node?.EngineVersion ?? ''}, automatic failover`.replace(' ,', ',') };
}

/** EventBridge has no events of ElastiCache nodes: they come through a topic. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html */
function eventAnswer(name: string, node: CacheCluster | undefined, { eventTopic }: HostAccess): Answer {
  const topic = node?.NotificationConfiguration;
  if (topic?.TopicArn?.endsWith(`:${eventTopic}`) && topic.TopicStatus === 'active') return { ok: eventTopic };
  return {
    problem: `events of ${name} go to ${topic?.TopicArn ?? 'no topic'}`,
    fix: modify(
      name,
      `--notification-topic-arn <DatabaseEventTopicArn of the stack> --notification-topic-status active`,
    ),
  };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html: users live in user groups. */
function tokenAnswer(name: string, { UserGroupIds = [] }: ReplicationGroup): Answer {
  if (UserGroupIds.length > 0) return { ok: `user group ${UserGroupIds.join(', ')}` };
  return {
    problem: `the config signs in with iam tokens, and ${name} has no user group`,
    fix: modify(name, '--user-group-ids-to-add <user group with the users of the rooms>'),
  };
}

function modify(name: string, option: string): string {
  return `aws elasticache modify-replication-group --replication-group-id ${name} ${option} --apply-immediately`;
}

async function describe(spec: TargetSpec, ReplicationGroupId: string, access: HostAccess): Promise<Described> {
  const client = new ElastiCacheClient({ ...access.client, region: spec.region ?? access.client.region });
  try {
    const { ReplicationGroups: [group] = [] } = await client.send(
      new DescribeReplicationGroupsCommand({ ReplicationGroupId }),
    );
    const [CacheClusterId] = group?.MemberClusters ?? [];
    if (!group || CacheClusterId === undefined) return { group: group ?? {}, node: undefined };
    const { CacheClusters: [node] = [] } = await client.send(new DescribeCacheClustersCommand({ CacheClusterId }));
    return { group, node };
  } finally {
    client.destroy();
  }
}
