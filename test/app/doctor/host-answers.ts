import type { Reply } from './aws-stand-in.ts';
import type { Deployed } from './deployed.ts';

/** What hosts of databases are asked: where the name is given, what the list and its items are called, what a wrong name is. */
export const HOSTS: {
  [action: string]: {
    of: 'instances' | 'clusters' | 'groups' | 'nodes';
    name: string;
    list: string;
    item: string;
    gone: string;
  };
} = {
  DescribeDBInstances: {
    of: 'instances',
    name: 'DBInstanceIdentifier',
    list: 'DBInstances',
    item: 'DBInstance',
    gone: 'DBInstanceNotFound',
  },
  DescribeDBClusters: {
    of: 'clusters',
    name: 'DBClusterIdentifier',
    list: 'DBClusters',
    item: 'DBCluster',
    gone: 'DBClusterNotFoundFault',
  },
  DescribeReplicationGroups: {
    of: 'groups',
    name: 'ReplicationGroupId',
    list: 'ReplicationGroups',
    item: 'ReplicationGroup',
    gone: 'ReplicationGroupNotFoundFault',
  },
  DescribeCacheClusters: {
    of: 'nodes',
    name: 'CacheClusterId',
    list: 'CacheClusters',
    item: 'CacheCluster',
    gone: 'CacheClusterNotFound',
  },
};

export function hostAnswer(deployed: Deployed, action: string, form: URLSearchParams) {
  const host = HOSTS[action]!;
  const found = deployed[host.of][form.get(host.name) ?? ''];
  const error = `<ErrorResponse><Error><Type>Sender</Type><Code>${host.gone}</Code><Message>not found</Message></Error></ErrorResponse>`;
  const list = `<${host.list}><${host.item}>${found}</${host.item}></${host.list}>`;
  const xml = `<${action}Response><${action}Result>${list}</${action}Result></${action}Response>`;
  const prefix = host.of === 'instances' || host.of === 'clusters' ? 'rds' : 'elasticache';
  return {
    action: `${prefix}:${action}`,
    reply: (): Reply => (found === undefined ? { status: 404, xml: error } : { xml }),
  };
}
