/** What an event of a provider means, and whether it is worth a look at the database. */
export type KnownEvent = { means: string; look: boolean };

const look = (means: string): KnownEvent => ({ means, look: true });
/** Kept for the incident, if there is one; nobody is told. */
const note = (means: string): KnownEvent => ({ means, look: false });

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html and
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
 */
const byNumber: Readonly<Record<string, KnownEvent>> = {
  '0001': note('a backup began'),
  '0002': note('the backup is finished'),
  // A planned stop as well as a crash: what follows is looked at, the restart or the stop.
  '0004': note('it was shut down'),
  '0006': look('it was restarted'),
  '0007': look('its storage is used up'),
  '0013': look('a failover to the standby began'),
  '0015': look('the failover is complete; names may take minutes to follow'),
  '0020': look('its recovery began'),
  '0021': look('its recovery is complete'),
  '0026': look('it is offline for maintenance'),
  '0027': look('its maintenance is over'),
  '0028': look('automated backups were switched off: no restore to a point in time'),
  '0031': look('it failed; AWS advises a restore to a point in time'),
  '0032': note('automated backups were switched on'),
  '0034': look('a failover was refused, because there was one a moment ago'),
  '0035': look('a parameter is invalid: it cannot start with it'),
  '0036': look('its network does not fit: it cannot be reached'),
  '0040': note('a snapshot began'),
  '0042': note('a snapshot is finished'),
  '0045': look('replication stopped'),
  '0046': look('replication goes on'),
  '0049': look('the failover to the standby is complete'),
  '0050': look('the activation of the standby began'),
  '0051': look('the activation of the standby is complete'),
  '0052': look('the recovery of the standby began'),
  '0053': look('the recovery of the standby is complete'),
  '0057': look('replication was ended for good'),
  '0062': note('replication was stopped by hand'),
  '0065': look('it recovered from a partial failover'),
  '0069': look('the failover of the cluster failed'),
  '0070': look('the former primary is promoted again'),
  '0071': look('the failover of the cluster is complete'),
  '0072': look('a failover within the zone began'),
  '0073': look('a failover to another zone began'),
  '0074': note('a snapshot of the cluster began'),
  '0075': note('a snapshot of the cluster is finished'),
  '0087': look('it was stopped'),
  '0088': look('it was started'),
  '0089': look('less than a tenth of its storage is free'),
  '0090': note('an automated snapshot began'),
  '0091': note('an automated snapshot is finished'),
  '0153': look('AWS started the stopped cluster after seven days'),
  '0154': look('AWS started the stopped instance after seven days'),
  '0155': note('a minor version is there to be installed'),
  '0168': note('an automated snapshot of the cluster began'),
  '0169': note('an automated snapshot of the cluster is finished'),
  '0187': look('the global failover failed'),
  '0189': look('its burst credits for reads and writes are used up'),
  '0202': look('the replica could not be made'),
  '0217': note('its storage grows by itself'),
  '0218': note('its storage has grown by itself'),
  '0221': look('its storage is full and it was shut down'),
  '0222': look('its storage is nearly full'),
  '0223': look('its storage cannot grow by itself'),
  '0224': look('its storage would grow beyond what it may'),
  '0225': look('its storage comes near what it may grow to'),
  '0227': look('the storage of the cluster is nearly used up'),
  '0230': note('an update of the operating system is there to be installed'),
  '0330': look('the volume of its log is nearly full'),
  '0331': look('the volume of its log is nearly full'),
  '0385': look('the roles in the cluster have changed'),
  '0404': look('it is critically short of memory; shared_buffers was cut'),
  '0418': look('the key of its encryption cannot be reached'),
  '0419': look('the key of its encryption cannot be reached'),
};

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html */
const byName: Readonly<Record<string, KnownEvent>> = {
  AddCacheNodeFailed: look('a node could not be added'),
  CacheClusterParametersChanged: note('parameters were changed'),
  CacheClusterScalingComplete: look('its size was changed'),
  CacheClusterScalingFailed: look('its size could not be changed'),
  CacheNodeReplaceComplete: look('a node was replaced'),
  CacheNodeReplaceStarted: look('a node is being replaced'),
  CacheNodesRebooted: look('nodes were restarted'),
  CertificateRenewalComplete: note('its certificate was renewed'),
  FailoverComplete: look('a replica was promoted'),
  NodeReplacementCanceled: note('the replacement of a node is no longer planned'),
  NodeReplacementRescheduled: note('the replacement of a node has another time'),
  NodeReplacementScheduled: note('a node is to be replaced in the maintenance window'),
  ReplicationGroupScalingComplete: look('its shards were changed'),
  ReplicationGroupScalingFailed: look('its shards could not be changed'),
  ServiceUpdateAvailableForNode: note('an update is there to be installed'),
  SnapshotComplete: note('a snapshot is finished'),
  SnapshotFailed: look('a snapshot failed'),
};

/** Pure: what is known of an event by its name. One that nobody knows is looked at: too much is better than too little. */
export function knownEvent(name: string): KnownEvent | undefined {
  const [, number] = /-(\d{4})$/.exec(name) ?? [];
  if (number !== undefined) return byNumber[number];
  return byName[name.split(':').at(-1) ?? ''];
}
