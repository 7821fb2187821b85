import type { CloudSwitchoverLook } from '../../../targets/cloud-switchover.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { Described } from '../instances.ts';
import { durationText } from '../../../checks/wording.ts';
import { ALARM_SECONDS } from './ends.ts';
import { instancePrechecks } from './instance-prechecks.ts';
import { instanceRunbook, readerSees } from './runbook.ts';
import type { Asked } from './shared-prechecks.ts';

/** Pure: how an instance with a standby stands, and what its failover would do. Members that read from it are named. */
export function instanceLook(
  { member, instance }: Described,
  readers: readonly string[],
  known: Pick<Asked, 'pending' | 'events'>,
  nowMs: number,
): CloudSwitchoverLook {
  const { AvailabilityZone: zone = 'an unknown zone', SecondaryAvailabilityZone: other } = instance;
  const words = planWords(instanceRunbook, { member, time: durationText(ALARM_SECONDS) });
  return {
    writer: member,
    primary: zone,
    identity: identityOf({ member, instance }),
    candidates: other === undefined ? [] : [{ member: other, unfit: null, lagBytes: 0 }],
    prechecks: instancePrechecks(instance, known, nowMs),
    ...words,
    clients: [...words.clients, ...readers.map(readerSees)],
    loss: instanceRunbook.loss,
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
