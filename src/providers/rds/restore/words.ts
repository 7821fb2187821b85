import type { RefusalWords } from '../../order-refusal.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html, those of clusters, to a time, and CreateDBInstance. */
export const RESTORE_WORDS: RefusalWords = [
  [/^DB(Instance|Cluster)AlreadyExists/, (name) => `there is a ${name} already, and nothing is restored over it`],
  [/^DB(Cluster)?SnapshotNotFound/, () => 'the snapshot is not there any more'],
  [/^InvalidDB(Cluster)?SnapshotState/, () => 'the snapshot is not available'],
  [
    /^PointInTimeRestoreNotEnabled|^DBInstanceAutomatedBackupNotFound/,
    () => 'the source has no automated backups, so that no moment between its snapshots can be restored',
  ],
  [/^InvalidRestore/, () => 'AWS says that this cannot be restored so'],
  [/^InvalidDB(Instance|Cluster)State/, () => 'AWS says that the source is busy: try again when it is available'],
  [/^DB(Instance|Cluster)NotFound/, () => 'AWS does not know the source'],
  [/^InstanceQuotaExceeded/, () => 'the account has as many instances as it may: ask AWS for a higher quota'],
  [/^DBClusterQuotaExceeded/, () => 'the account has as many clusters as it may: ask AWS for a higher quota'],
  [/^StorageQuotaExceeded/, () => 'the account has as much storage as it may: ask AWS for a higher quota'],
  [
    /^Insufficient(DBInstance|DBCluster|StorageCluster)Capacity/,
    () => 'AWS has no machine of this class there at the moment: try later',
  ],
  [/^KMSKeyNotAccessible/, () => 'AWS cannot reach the key that it is encrypted with'],
  [
    /^DBSubnetGroup|^InvalidDBSubnetGroup|^InvalidSubnet|^InvalidVPCNetworkState/,
    () => 'the subnet group does not do for it',
  ],
  [
    /^DB(Cluster)?ParameterGroupNotFound|^OptionGroupNotFound/,
    () => 'the parameter or option group of the source is not there',
  ],
  [/AccessDenied|UnauthorizedOperation|NotAuthorized/, () => 'the role may not do it: look at docs/permissions.md'],
];
