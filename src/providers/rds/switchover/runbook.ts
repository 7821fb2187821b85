import type { Runbook } from '../../../targets/runbook.ts';

const shared = {
  Allowed: 'stops where the tag `nightshift:failover` = `allowed` is missing',
  Status: 'stops where it is not available',
  'Last failover': 'warns of one within the last hour: AWS may abandon another',
  Maintenance: 'stops where AWS is about to work on it; warns of work that waits',
  'Backup window': 'stops within 15 minutes of it',
  'Maintenance window': 'stops within 15 minutes of it',
} as const;

/** What the server itself says; asked in `operations/switchover`. */
const ofServer = {
  Writes: 'stops where the server takes none',
  'Long transactions': 'stops where one has been open for more than a minute',
  'Prepared transactions': 'stops where there is one',
  'Index builds': 'stops while an index is built concurrently',
} as const;

const NEVER_TWICE =
  'nothing was done where AWS refuses; after any other answer, and after none, it is asked about and never ordered again';
const ASKED_ON = 'a person is asked; it is asked again until the end is known';

const READER = '{reader} stops for a while and follows the new primary by itself.';
const OF_READER = 'of each member that reads from it';

/** Pure: what clients of a member that reads from an instance see. */
export function readerSees(reader: string): string {
  return READER.replaceAll('{reader}', reader);
}

/** An instance with a standby in another zone: `{from}` and `{to}` are zones. */
export const instanceRunbook = {
  setUp: 'RDS instance with a standby (Multi-AZ)',
  prechecks: {
    Standby: 'stops where Multi-AZ is off, or the zone of the standby is not known',
    ...shared,
    'Changes that wait': 'stops where a restart would apply them',
    Parameters: 'warns where the restart applies some',
    'Point in time': 'stops where it cannot be restored to ten minutes ago',
    ...ofServer,
  },
  steps: [
    {
      says: 'Order AWS once to reboot {member} with a failover from {from} to {to} (RebootDBInstance with ForceFailover)',
      failing: NEVER_TWICE,
      noWayBack: true,
    },
    { says: 'Follow what AWS tells of it, for {time} at most', failing: ASKED_ON },
    { says: 'Look whether {member} takes writes again', failing: 'a person is asked' },
  ],
  clients: [
    {
      says: 'Clients of {member} lose their connections, and new ones fail for 60 to 120 seconds (the time that AWS gives), until its name leads to {to}.',
    },
    { says: 'Open transactions are rolled back; temporary tables, advisory locks and unlogged rows are gone.' },
    { says: 'Pools that keep the old address fail for longer: they have to look the name up again.' },
    { says: READER, where: OF_READER },
  ],
  undo: 'Once AWS has taken the order nothing can stop it. Another switchover brings the writes back to {from}; AWS refuses one that comes too soon.',
  loss: 'No acknowledged write: the standby has each of them before it is acknowledged. What is not committed is rolled back.',
  unnamed: {
    from: 'the zone where it is',
    to: 'the other zone',
    member: 'the instance',
    reader: 'that member',
    time: '5 min',
  },
} as const satisfies Runbook;

/** A cluster with readers. */
export const clusterRunbook = {
  setUp: 'Aurora, Multi-AZ DB cluster',
  prechecks: { ...shared, 'Global database': 'stops where it follows a cluster elsewhere', ...ofServer },
  steps: [
    {
      says: 'Order AWS once to fail {cluster} over from {from} to {to} (FailoverDBCluster)',
      failing: NEVER_TWICE,
      noWayBack: true,
    },
    { says: 'Follow what AWS tells of it, for {time} at most', failing: ASKED_ON },
    { says: 'Look whether {to} takes writes', failing: 'a person is asked' },
  ],
  clients: [
    {
      says: 'Clients of {from} and of {to} lose their connections; the name of the cluster leads to {to} after less than 35 seconds typically (the time that AWS gives).',
    },
    { says: 'Open transactions are rolled back; temporary tables and advisory locks are gone.' },
    {
      says: 'Pools that keep the old address meet a server that only reads (25006): they have to look the name up again.',
    },
  ],
  undo: 'Once AWS has taken the order nothing can stop it. Another switchover brings the writes back to {from}.',
  unnamed: { from: 'the writer', to: 'the reader that was named', cluster: 'the cluster', time: '5 min' },
} as const satisfies Runbook;
