import type { Runbook } from '../../../targets/runbook.ts';

export const WHERE_OFF_MEANWHILE = 'where automatic failover or Multi-AZ is on';

const BACK = 'what was switched off is switched on again, and nothing else was changed';

/** A replication group with cluster mode disabled. */
export const runbook = {
  setUp: 'ElastiCache, cluster mode disabled',
  prechecks: {
    Allowed: 'stops where the tag `nightshift:failover` = `allowed` is missing',
    Status: 'stops where the group is not available',
    'Changes that wait': 'stops where there are some',
    'Automatic failover': 'stops while it is being switched; warns where it is off, and stays off',
    Replicas: 'stops where there is none',
    Writes: 'stops where the server itself takes none',
    'Other primaries': 'stops where another node takes writes, too',
    'Connected replicas': 'stops where none is connected to the primary',
  },
  steps: [
    {
      says: 'Write down how {group} stands, so that it can be put back',
      where: WHERE_OFF_MEANWHILE,
      failing: 'nothing was done',
    },
    {
      says: 'Switch automatic failover and Multi-AZ of {group} off, and wait until they are',
      where: WHERE_OFF_MEANWHILE,
      failing: BACK,
    },
    {
      says: 'Have {to} promoted (ModifyReplicationGroup, PrimaryClusterId), and wait until AWS names it the primary',
      failing: `where AWS refuses, or shows nothing within 5 min, ${BACK}`,
      noWayBack: true,
    },
    {
      says: 'Switch on again what was on, and read back that it is',
      where: WHERE_OFF_MEANWHILE,
      failing: 'given again, three times in all; then a person is asked, with the command',
    },
  ],
  clients: [
    {
      says: 'Clients of {from} lose their connections; the name of the primary leads to {to} afterwards, which takes a minute or so.',
    },
    {
      says: 'Until both are on again, some minutes, nothing takes over by itself when the primary of {group} fails.',
      where: WHERE_OFF_MEANWHILE,
    },
  ],
  undo: 'Before {to} is promoted, automatic failover is switched on again and nothing else has changed. After that another switchover brings the writes back to {from}.',
  unnamed: { group: 'the group' },
} as const satisfies Runbook;
