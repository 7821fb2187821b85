import type { Misfit } from './problems.ts';
import type { Salvaged } from './salvage.ts';
import { providersOf, type NightshiftFile, type TargetEntry } from './schema.ts';

/** Hosts that make their own backups and tell of their machines. */
export const hosted: readonly string[] = ['rds', 'aurora', 'elasticache'];

/** Every target is a set-up that its provider can drive, and every approval rule can be met by the people who are named. */
export function topologyProblems({ file, names }: Salvaged): Misfit[] {
  return [
    ...Object.entries(file.targets).flatMap(([name, target]) =>
      targetProblems(target).map(({ at, message }) => ({ at: ['targets', name, ...at], message })),
    ),
    // With an ill-formed person left out the count would be wrong, and that person is reported already.
    ...(names.people.size > Object.keys(file.people).length
      ? []
      : Object.keys(file.environments).flatMap((name) => approvalProblems(file, name))),
  ];
}

function targetProblems(target: TargetEntry): Misfit[] {
  const found: Misfit[] = [];
  const providers: readonly string[] = providersOf[target.engine];
  if (!providers.includes(target.provider)) {
    found.push({
      at: ['provider'],
      message: `does not host ${target.engine}; known for it are ${providers.join(', ')}`,
    });
  }
  if (target.engine === 'postgres' && target.database === undefined) {
    found.push({ at: ['database'], message: 'is missing: a PostgreSQL session needs a database to connect to' });
  }
  if (target.engine !== 'postgres' && target.fence !== undefined) {
    found.push({ at: ['fence'], message: `${target.fence.by} stands before PostgreSQL alone` });
  }
  return [
    ...found,
    ...memberProblems(target),
    ...machineProblems(target),
    ...patroniProblems(target),
    ...credentialProblems(target),
  ];
}

function memberProblems(target: TargetEntry): Misfit[] {
  const roles = Object.values(target.members).map(({ role }) => role);
  const primaries = roles.filter((role) => role === 'primary').length;
  const watched = target.provider === 'sentinel';
  const found: Misfit[] = [];
  if (primaries === 0) found.push({ at: ['members'], message: 'no member has the role primary' });
  if (primaries > 1 && target.provider !== 'cluster') {
    found.push({ at: ['members'], message: `${primaries} members have the role primary, one can have it` });
  }
  if (watched && !roles.includes('sentinel'))
    found.push({ at: ['members'], message: 'no member has the role sentinel' });
  if (watched && target.masterName === undefined) {
    found.push({ at: ['masterName'], message: 'is missing: the name under which the Sentinels know the primary' });
  }
  if (!watched && roles.includes('sentinel')) {
    found.push({ at: ['members'], message: 'a member has the role sentinel, but the provider is not sentinel' });
  }
  return found;
}

/** Where a cloud hosts the target it tells of the machines itself; where it does not, half a picture would look like a whole one. */
function machineProblems(target: TargetEntry): Misfit[] {
  const members = Object.entries(target.members).filter(([, { role }]) => role !== 'sentinel');
  const without = members.filter(([, { machine }]) => machine === undefined && target.machine === undefined);
  if (without.length === members.length) return [];
  if (hosted.includes(target.provider)) {
    return [
      { at: ['machine'], message: `is for servers of your own; ${target.provider} tells of its machines itself` },
    ];
  }
  return without.map(([name]) => ({
    at: ['members', name, 'machine'],
    message: 'is missing: other members have one, and a machine that nobody sees would look like a calm one',
  }));
}

/** One address may stand for several members only by mistake: each has its own Patroni beside it. */
function patroniProblems(target: TargetEntry): Misfit[] {
  const entries = Object.entries(target.members).map(([name, { patroni }]) => ({
    name,
    entry: patroni ?? target.patroni,
  }));
  const without = entries.filter(({ entry }) => entry === undefined);
  if (without.length === entries.length) return [];
  if (target.provider !== 'self-managed') {
    return [
      { at: ['patroni'], message: `is for PostgreSQL servers of your own; ${target.provider} decides by itself` },
    ];
  }
  return [
    ...without.map(({ name }) => ({
      at: ['members', name, 'patroni'],
      message: 'is missing: other members have one, and Patroni manages all of them or none',
    })),
    ...loginProblems(['patroni'], target.patroni),
    ...Object.entries(target.members).flatMap(([name, { patroni }]) =>
      loginProblems(['members', name, 'patroni'], patroni),
    ),
  ];
}

function loginProblems(at: readonly string[], entry: TargetEntry['patroni']): Misfit[] {
  if (entry?.password === 'iam')
    return [{ at: [...at, 'password'], message: 'cannot be iam: Patroni knows no signed tokens' }];
  if ((entry?.user === undefined) === (entry?.password === undefined)) return [];
  return [{ at: [...at], message: 'needs a `user` and a `password`, or neither where Patroni asks for none' }];
}

function credentialProblems(target: TargetEntry): Misfit[] {
  if (target.engine !== 'postgres') return [];
  return Object.entries(target.members).flatMap(([member, { credentials }]) =>
    Object.entries(credentials).flatMap(([room, credential]) =>
      credential?.user === undefined
        ? [
            {
              at: ['members', member, 'credentials', room],
              message: 'needs a `user`: PostgreSQL has no nameless login',
            },
          ]
        : [],
    ),
  );
}

function approvalProblems(file: NightshiftFile, environment: string): Misfit[] {
  const approves = ({ roles }: { roles: Record<string, string> }): boolean =>
    (roles[environment] ?? roles['*']) === 'approver';
  // Who is in a group is known to Slack alone.
  if (Object.values(file.groups).some(approves)) return [];
  const approvers = Object.values(file.people).filter(approves).length;
  const { verbs = {}, breakGlass: _, ...risks } = file.environments[environment]?.approvals ?? {};
  const rules = [
    ...Object.entries(risks).map(([risk, rule]) => ({ at: [risk], rule })),
    ...Object.entries(verbs).map(([verb, rule]) => ({ at: ['verbs', verb], rule })),
  ];
  return rules.flatMap(({ at, rule }) =>
    rule !== 'policy' && rule.people > approvers
      ? [
          {
            at: ['environments', environment, 'approvals', ...at],
            message: `asks for ${rule.people} approvers, but ${approvers} people have that role here`,
          },
        ]
      : [],
  );
}
