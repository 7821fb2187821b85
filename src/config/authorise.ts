import { roles, type Risk, type Role } from '../core/operation.ts';
import type { ApprovalRule } from '../core/safety.ts';
import type { Config, Member } from './config.ts';

/** Who asks: a Slack user id and the ids of the Slack user groups that the person is in. */
export type Asking = { user: string; groups?: readonly string[] };

/** `approver` includes `operator`, which includes `viewer`. */
export function includes(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** The highest role of a person in an environment, by name or through a group; undefined for a stranger. */
export function roleOf(config: Config, asking: Asking | string, environment: string): Role | undefined {
  const { user, groups = [] } = typeof asking === 'string' ? { user: asking } : asking;
  const held = [
    ...config.people.filter(({ slack }) => slack === user),
    ...config.groups.filter(({ slack }) => groups.includes(slack)),
  ].map((member) => roleIn(member, environment));
  return roles.findLast((role) => held.includes(role));
}

/** The names of the people and groups that have at least this role, as a phrase: `ada, ben or anyone in dbas`. */
export function whoCan(config: Config, needed: Role, environment: string): string {
  const able = (member: Member): boolean => {
    const role = roleIn(member, environment);
    return role !== undefined && includes(role, needed);
  };
  const names = [
    ...config.people.filter(able).map(({ name }) => name),
    ...config.groups.filter(able).map(({ name }) => `anyone in ${name}`),
  ];
  const last = names.pop();
  if (last === undefined) return 'nobody yet: nightshift.yaml gives nobody that role';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/** Why this person may not do what needs `needed` in an environment, as one sentence; undefined when allowed. */
export function whyNot(config: Config, asking: Asking | string, needed: Role, environment: string): string | undefined {
  if (!config.environments.some(({ name }) => name === environment)) {
    const known = config.environments.map(({ name }) => name).join(', ');
    return `There is no environment of this name; known are ${known}.`;
  }
  const role = roleOf(config, asking, environment);
  if (role === undefined) return `You have no role in ${environment}; this needs the role ${needed}.`;
  return includes(role, needed) ? undefined : `You are ${role} in ${environment}; this needs the role ${needed}.`;
}

/** What must be said yes to before a risk is taken in an environment; an unknown environment asks the most. */
export function approvalRule(config: Config, risk: Risk, environment: string): ApprovalRule {
  if (risk === 'reads') return { by: 'policy' };
  return config.environments.find(({ name }) => name === environment)?.approvals[risk] ?? { by: 'people', count: 2 };
}

/** The role that is written for the environment itself counts before the one for all. */
function roleIn({ roles: held }: Member, environment: string): Role | undefined {
  return (held.find((one) => one.environment === environment) ?? held.find((one) => one.environment === '*'))?.role;
}
