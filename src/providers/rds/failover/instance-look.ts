import type { CloudFailoverLook } from '../../../targets/cloud-failover.ts';
import { allowedByTag } from '../../failover-tag.ts';
import type { Described } from '../instances.ts';
import { awsSign, ownFailover, type InstanceView } from './aws-sign.ts';
import { candidatesOf, smallerMachine } from './candidates.ts';
import { areInForce, groupsOf, quarantineOutlook } from './quarantine.ts';

/** What was asked of AWS. */
export type Side = {
  target: string;
  quarantine: string | undefined;
  primary: Described;
  described: readonly Described[];
  view: InstanceView;
  /** As CloudWatch has it, by member; null where it is not told, or replication does not go on. */
  lagSeconds: { readonly [member: string]: number | null };
  /** For how long backups are kept afterwards. */
  backupDays: number;
};

/** Pure: how a dead instance stands, who could be promoted, and what that would do. */
export function instanceLook(side: Side, nowMs: number): CloudFailoverLook {
  const { primary, described, view, target, quarantine } = side;
  const { member, identifier, instance } = primary;
  const groups = groupsOf(instance);
  const asked = { name: identifier, arn: instance.DBInstanceArn ?? '', tags: instance.TagList };
  return {
    primary: member,
    identity: identityOf(primary, described),
    sign: awsSign(view, nowMs),
    own: ownFailover(view, nowMs),
    candidates: candidatesOf(primary, described, side.lagSeconds),
    prechecks: [allowedByTag('rds', asked), ...smallerOnes(side)],
    fence: quarantineOutlook(target, { member, status: view.status, groups }, quarantine),
    steps: stepsOf(side, quarantine !== undefined && areInForce(groups, [quarantine])),
    ...meaningOf(side),
    facts: factsOf(side),
  };
}

/** Pure: what must still be so at the moment of action: the machines under the names, and who lets clients in. */
export function identityOf({ member, instance }: Described, described: readonly Described[]) {
  const resources = described.map((one) => [`resource of ${one.member}`, one.instance.DbiResourceId ?? ''] as const);
  const groups = groupsOf(instance).map(({ id }) => id);
  return { ...Object.fromEntries(resources), [`security groups of ${member}`]: groups.toSorted().join(' ') };
}

function smallerOnes({ primary, described }: Side): CloudFailoverLook['prechecks'] {
  return described.flatMap((one) => {
    const sentence = smallerMachine(one, primary);
    return sentence === null ? [] : [{ name: `Machine of ${one.member}`, says: 'warns' as const, sentence }];
  });
}

function stepsOf({ quarantine, backupDays }: Side, isClosed: boolean): string[] {
  const close = `Put {from} into the security group ${quarantine} alone (ModifyDBInstance), and read back that it is in force`;
  return [
    'Look once more that {from} is dead, from here, by {to} and by AWS, and that {to} has received nothing since',
    ...(quarantine === undefined || isClosed ? [] : [close]),
    `Order AWS once to promote {to} (PromoteReadReplica, backups kept for ${backupDays} d); from here on nothing can be taken back`,
    'Follow it, which takes several minutes or longer: AWS restarts {to}',
    'Look whether {to} takes writes, and whether {from} has come back',
  ];
}

function meaningOf({ described, primary }: Side): Pick<CloudFailoverLook, 'clients' | 'undo'> {
  const others = described.filter(
    ({ instance }) => instance.ReadReplicaSourceDBInstanceIdentifier === primary.identifier,
  );
  return {
    clients: [
      'Clients have to be pointed at {to}: its name is another one. Those that read from it are cut when AWS restarts it.',
      'If {from} comes back it takes writes as if nothing had happened, wherever it is not closed to its clients.',
      '{to} has no standby of its own afterwards: nothing is rebuilt by this, and the outcome has the commands (CreateDBInstanceReadReplica).',
      ...(others.length > 1
        ? [
            `Every other replica (of ${others.map(({ member }) => member).join(', ')}) goes on following {from} and is lost: it has to be made anew.`,
          ]
        : []),
    ],
    undo: 'Before {to} is promoted, {from} gets its security groups again. After that nothing can be undone: there are two histories, and what only {from} has can be read there and copied by hand.',
  };
}

function factsOf({ primary, described, lagSeconds, view }: Side) {
  return [
    { label: 'What AWS will replace', value: primary.instance.DBInstanceArn ?? '' },
    {
      label: `${primary.member} at AWS`,
      value: `${view.status}, ${view.multiZone ? 'with a standby' : 'without a standby'}`,
    },
    ...described
      .filter((one) => one !== primary)
      .map(({ member, instance }) => {
        const lag = lagSeconds[member] ?? null;
        const behind =
          lag === null ? 'CloudWatch does not tell how far behind' : `${Math.round(lag)} s behind by CloudWatch`;
        return {
          label: `${member} at AWS`,
          value: [instance.DBInstanceClass, instance.DBInstanceStatus, behind].join(', '),
        };
      }),
  ];
}
