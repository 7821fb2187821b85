import type { SwitchoverIdentity, SwitchoverOrder } from '../../../targets/switchover.ts';
import type { ServerFacts } from './ask-server.ts';
import type { HeldSettings } from './held-settings.ts';

/** Pure: what must still be so; the settings are here because whoever undoes it puts exactly these back. */
export function identityOf({
  member,
  systemIdentifier,
  timeline,
  inFile,
  runningNames,
}: ServerFacts): SwitchoverIdentity {
  return {
    'system identifier': systemIdentifier,
    timeline,
    [settingKey(member, 'synchronous_standby_names')]: inFile.synchronous_standby_names,
    [settingKey(member, 'default_transaction_read_only')]: inFile.default_transaction_read_only,
    [awaitedKey(member)]: runningNames === '' ? NO_STANDBY : runningNames,
  };
}

/** No value of the setting looks so. */
const NO_STANDBY = 'no standby';

function awaitedKey(member: string): string {
  return `standbys that commits on ${member} wait for`;
}

/** As the plan has them: `synchronous_standby_names` as it ran on the old primary, '' where commits waited for nobody. */
export function awaitedBefore({ from, identity }: SwitchoverOrder): string {
  const awaited = String(identity[awaitedKey(from)] ?? NO_STANDBY);
  return awaited === NO_STANDBY ? '' : awaited;
}

function settingKey(member: string, name: string): string {
  return `${name} of ${member}`;
}

/** As the plan has them: what is put back exactly so. */
export function settingsBefore({ from, identity }: SwitchoverOrder): HeldSettings {
  const of = (name: keyof HeldSettings) => String(identity[settingKey(from, name)]);
  return {
    synchronous_standby_names: of('synchronous_standby_names'),
    default_transaction_read_only: of('default_transaction_read_only'),
  };
}
