/**
 * How long the states last, in seconds of the virtual clock: typical values, where AWS names any.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html (60 to 120 s),
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverDBCluster.html (below 35 s)
 */
export const DURATIONS = {
  /** RebootDBInstance → RDS-EVENT-0013, or → 0034. */
  failoverBegins: 5,
  /** 0013 → DB instance restarted. */
  standbyTakesOver: 40,
  /** Restarted → 0049, available. */
  failoverEnds: 30,
  shutdown: 5,
  restart: 30,
  /** FailoverDBCluster → 0072 or 0073. */
  clusterFailoverBegins: 2,
  /** → 0071. */
  clusterFailoverEnds: 25,
  /** PromoteReadReplica: modifying → rebooting. */
  promotionBegins: 60,
  promotionReboots: 90,
  backsUp: 180,
  /** CreateDBSnapshot, of clusters and of replication groups: creating → half of it → available. */
  snapshotGrows: 60,
  snapshotEnds: 60,
  /** CopyDBSnapshot to another region: begun → half of it → available. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html: hours, where there is much */
  copyGrows: 600,
  copyEnds: 600,
  /** CopySnapshot to a bucket: exporting → available. */
  exports: 300,
  /** RestoreDBInstanceFromDBSnapshot. */
  restores: 900,
  /** RestoreDBClusterFromSnapshot and …ToPointInTime, then CreateDBInstance in it. */
  clusterRestores: 600,
  instanceIsMade: 300,
  /** DeleteDBInstance, DeleteDBCluster. */
  isDeleted: 240,
  /** CreateReplicationGroup of a snapshot. */
  groupIsMade: 600,
  /** ModifyDBInstance that is applied now. */
  modifies: 120,
  securityGroupsChange: 30,
  /** ModifyReplicationGroup. */
  groupModifies: 60,
  groupChangesPrimary: 30,
  /** TestFailover: the call's event, then the promotion. */
  testFailoverBegins: 15,
  shardTakesOver: 10,
  recoveryBegins: 20,
  /** The failed node is replaced. */
  recoveryEnds: 300,
} as const;

export type DurationName = keyof typeof DURATIONS;
export type Durations = { readonly [N in DurationName]: number };
