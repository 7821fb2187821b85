import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html */
export const RESTORE_WORDS: RefusalWords = [
  [/^DBInstanceAlreadyExists/, (name) => `there is an instance ${name} already, and nothing is restored over it`],
  [/^DBSnapshotNotFound/, () => 'the snapshot is not there any more'],
  [/^InvalidDBSnapshotState/, () => 'the snapshot is not available'],
  [/^InstanceQuotaExceeded/, () => 'the account has as many instances as it may: ask AWS for a higher quota'],
  [/^StorageQuotaExceeded/, () => 'the account has as much storage as it may: ask AWS for a higher quota'],
  [/^InsufficientDBInstanceCapacity/, () => 'AWS has no machine of this class there at the moment: try later'],
  [/^KMSKeyNotAccessible/, () => 'AWS cannot reach the key that the snapshot is encrypted with'],
  [
    /^DBSubnetGroup|^InvalidSubnet|^InvalidVPCNetworkState/,
    () => 'the subnet group of the source does not do any more',
  ],
  [/^DBParameterGroupNotFound|^OptionGroupNotFound/, () => 'the parameter or option group of the source is not there'],
  [/^InvalidRestore/, () => 'AWS says that this cannot be restored so'],
  [
    /AccessDenied|UnauthorizedOperation|NotAuthorized/,
    () => 'the operator role may not do it: look at docs/permissions.md',
  ],
];
