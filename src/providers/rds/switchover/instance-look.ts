import type { CloudSwitchoverLook } from '../../../targets/cloud-switchover.ts';
import type { Described } from '../instances.ts';
import { durationText } from '../../../checks/wording.ts';
import { ALARM_SECONDS } from './ends.ts';
import { instancePrechecks } from './instance-prechecks.ts';
import type { Asked } from './shared-prechecks.ts';

/** Pure: how an instance with a standby stands, and what its failover would do. Members that read from it are named. */
export function instanceLook(
  { member, instance }: Described,
  readers: readonly string[],
  known: Pick<Asked, 'pending' | 'events'>,
  nowMs: number,
): CloudSwitchoverLook {
  const { AvailabilityZone: zone = 'an unknown zone', SecondaryAvailabilityZone: other } = instance;
  return {
    writer: member,
    primary: zone,
    identity: identityOf({ member, instance }),
    candidates: other === undefined ? [] : [{ member: other, unfit: null, lagBytes: 0 }],
    prechecks: instancePrechecks(instance, known, nowMs),
    steps: [
      `Order AWS once to reboot ${member} with a failover from {from} to {to} (RebootDBInstance with ForceFailover)`,
      `Follow what AWS tells of it, for ${durationText(ALARM_SECONDS)} at most`,
      `Look whether ${member} takes writes again`,
    ],
    clients: [
      `Clients of ${member} lose their connections, and new ones fail for 60 to 120 seconds (the time that AWS gives), until its name leads to {to}.`,
      'Open transactions are rolled back; temporary tables, advisory locks and unlogged rows are gone.',
      'Pools that keep the old address fail for longer: they have to look the name up again.',
      ...readers.map((reader) => `${reader} stops for a while and follows the new primary by itself.`),
    ],
    undo: 'Once AWS has taken the order nothing can stop it. Another switchover brings the writes back to {from}; AWS refuses one that comes too soon.',
    loss: 'No acknowledged write: the standby has each of them before it is acknowledged. What is not committed is rolled back.',
    facts: factsOf({ member, instance }),
  };
}

/** What must still be so at the moment of action: the machine under the name, and its zone. */
export function identityOf({ member, instance }: Pick<Described, 'member' | 'instance'>) {
  return {
    [`resource of ${member}`]: instance.DbiResourceId ?? '',
    [`zone of ${member}`]: instance.AvailabilityZone ?? '',
  };
}

function factsOf({ instance }: Pick<Described, 'member' | 'instance'>) {
  const { DBInstanceArn: arn = '', DBInstanceClass: kind = '', AllocatedStorage: gib, EngineVersion = '' } = instance;
  return [
    { label: 'What AWS will reboot', value: arn },
    { label: 'Machine', value: `${kind}, PostgreSQL ${EngineVersion}${gib === undefined ? '' : `, ${gib} GiB`}` },
  ];
}
