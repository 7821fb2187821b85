import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html */
export const GROUP_WORDS: RefusalWords = [
  [/^InvalidReplicationGroupState|^InvalidCacheClusterState/, (name) => `AWS says that ${name} is not available`],
  [/^ReplicationGroupNotFound|^CacheClusterNotFound/, (name) => `AWS knows no replication group ${name}`],
  [/^InvalidParameterCombination/, (name) => `AWS says that this does not go with how ${name} is set up`],
  [/^InvalidParameterValue|^ValidationError/, (name) => `AWS does not take the order for ${name}`],
  [/^InvalidKMSKey/, (name) => `AWS cannot reach the key that ${name} is encrypted with`],
];
