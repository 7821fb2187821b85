import type { Notice } from '../event.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const INSTANCE = {
  backupBegins: ['0001', 'backup', 'Backing up DB instance.'],
  backupEnds: ['0002', 'backup', 'Finished DB instance backup.'],
  shutdown: ['0004', 'availability', 'DB instance shutdown.'],
  restarted: ['0006', 'availability', 'DB instance restarted.'],
  failed: [
    '0031',
    'failure',
    'The DB instance has failed due to an incompatible configuration or an underlying storage issue. Begin a point-in-time-restore for the DB instance.',
  ],
  recoveryBegins: [
    '0020',
    'recovery',
    'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
  ],
  recoveryEnds: ['0021', 'recovery', 'Recovery of the DB instance is complete.'],
  classBegins: ['0012', 'configuration change', 'Applying modification to database instance class.'],
  classEnds: ['0014', 'configuration change', 'Finished applying modification to DB instance class.'],
  multiZoneBegins: ['0024', 'configuration change', 'Applying modification to convert to a Multi-AZ DB instance.'],
  multiZoneEnds: [
    '0025',
    'configuration change',
    'Finished applying modification to convert to a Multi-AZ DB instance.',
  ],
  singleZoneBegins: [
    '0030',
    'configuration change',
    'Applying modification to convert to a standard (Single-AZ) DB instance.',
  ],
  singleZoneEnds: [
    '0029',
    'configuration change',
    'Finished applying modification to convert to a standard (Single-AZ) DB instance.',
  ],
  failoverBegins: ['0013', 'failover', 'Multi-AZ instance failover started.'],
  failoverEnds: ['0049', 'failover', 'Multi-AZ instance failover completed.'],
  abandoned: [
    '0034',
    'failover',
    'Abandoning user requested failover since a failover recently occurred on the database instance.',
  ],
} as const;

/** The same page, and that of Aurora. What is cut off is the name of the instance. */
const CLUSTER = {
  failed: ['0069', 'Cluster failover failed, check the health of your cluster instances and try again.'],
  goesBack: ['0070', 'Promoting previous primary again: '],
  ends: ['0071', 'Completed failover to DB instance: '],
  beginsInZone: ['0072', 'Started same AZ failover to DB instance: '],
  beginsAcrossZones: ['0073', 'Started cross AZ failover to DB instance: '],
} as const;

export function instanceNotice(instance: string, what: keyof typeof INSTANCE): Notice {
  const [number, category, message] = INSTANCE[what];
  const id = `RDS-EVENT-${number}`;
  return { id, sourceType: 'db-instance', source: instance, message, categories: [category] };
}

export function clusterNotice(cluster: string, what: keyof typeof CLUSTER, instance = ''): Notice {
  const [number, message] = CLUSTER[what];
  const whole = message.endsWith(': ') ? `${message}${instance}` : message;
  const id = `RDS-EVENT-${number}`;
  return { id, sourceType: 'db-cluster', source: cluster, message: whole, categories: ['failover'] };
}

/** The same page: snapshots are sources of their own. */
const SNAPSHOT = {
  'db-snapshot': { begins: ['0040', 'Creating manual snapshot'], ends: ['0042', 'Manual snapshot created'] },
  'db-cluster-snapshot': {
    begins: ['0074', 'Creating manual cluster snapshot'],
    ends: ['0075', 'Manual cluster snapshot created'],
  },
} as const;

export function snapshotNotice(sourceType: keyof typeof SNAPSHOT, snapshot: string, what: 'begins' | 'ends'): Notice {
  const [number, message] = SNAPSHOT[sourceType][what];
  return { id: `RDS-EVENT-${number}`, sourceType, source: snapshot, message, categories: ['creation'] };
}
