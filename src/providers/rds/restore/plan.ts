import type { DBInstance } from '@aws-sdk/client-rds';
import { bytesText } from '../../../core/amount.ts';
import type { CloudSnapshot } from '../../../core/cloud-snapshot.ts';
import type { RestoreLook } from '../../../targets/cloud-restore.ts';

/**
 * Pure: the settings of the new instance, those of its source where AWS would take others by itself. It is not public, protected against
 * deletion, and has no standby. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
 */
export function settingsOf(snapshot: CloudSnapshot, source: DBInstance): RestoreLook['settings'] {
  const groups = (source.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  const all = {
    snapshot: snapshot.id,
    class: source.DBInstanceClass,
    subnets: source.DBSubnetGroup?.DBSubnetGroupName,
    securityGroups: groups.toSorted().join(','),
    parameters: source.DBParameterGroups?.[0]?.DBParameterGroupName,
    options: source.OptionGroupMemberships?.[0]?.OptionGroupName,
    tokens: source.IAMDatabaseAuthenticationEnabled === true ? 'enabled' : 'disabled',
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(given);
}

/** Pure: what people approve. */
export function restoreLook(snapshot: CloudSnapshot, source: DBInstance, as: string): RestoreLook {
  const settings = settingsOf(snapshot, source);
  const cut = `${(snapshot.at ?? '').slice(0, 19).replace('T', ' ')} UTC`;
  return {
    from: snapshot.name,
    as,
    settings,
    steps: [
      `Order AWS once to make the new instance ${as} of ${snapshot.name} (RestoreDBInstanceFromDBSnapshot)`,
      'Ask every ten seconds until it is available; nothing that is there is touched, and no client is pointed to it',
    ],
    loss: `Nothing is lost by it. The new instance has nothing that was written after ${cut}.`,
    facts: [
      { label: 'Holds everything until', value: cut },
      { label: 'Like', value: `${source.DBInstanceIdentifier}: ${settings['class'] ?? 'class not told'}` },
      { label: 'Reached by', value: `not public; security groups ${settings['securityGroups'] ?? 'of the VPC'}` },
      { label: 'Protected', value: 'against deletion; without a standby' },
      { label: 'Costs', value: 'as much as any instance of its class and size, until somebody deletes it' },
      ...(snapshot.sizeBytes === null ? [] : [{ label: 'Size', value: bytesText(snapshot.sizeBytes) }]),
      { label: 'Slow at first', value: 'AWS fetches blocks when they are read first; available is not warm' },
    ],
  };
}
