import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html and ModifyDBInstance. */
export const PROMOTION_WORDS: RefusalWords = [
  [/^InvalidDBInstanceState/, (name) => `AWS says that ${name} is not in a state in which it can be changed`],
  [/^DBInstanceNotFound/, (name) => `AWS knows no instance ${name}`],
  [/^InsufficientDBInstanceCapacity/, (name) => `AWS has no capacity for ${name}`],
  [/^StorageQuotaExceeded|^InstanceQuotaExceeded/, () => 'a quota of the account is used up'],
  [
    /^InvalidVPCNetworkState|^DBSecurityGroupNotFound|^InvalidSubnet/,
    (name) => `AWS knows no such security group beside ${name}`,
  ],
  [
    /^InvalidParameterCombination|^InvalidParameterValue|^ValidationError/,
    (name) => `AWS does not take the order for ${name}`,
  ],
  [/^KMSKeyNotAccessible/, (name) => `AWS cannot reach the key that ${name} is encrypted with`],
];
