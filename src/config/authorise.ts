import { roles, type Role, type RunOperation } from '../core/operation.ts';
import type { ApprovalRule } from '../core/safety.ts';
import type { Config, EnvironmentSpec, Member } from './config.ts';

/**
 * Who asks: a Slack user id, the ids of the Slack user groups that the person is in, and those of the groups of which nobody
 * could say who is in them. A group that is unknown gives no role.
 */
export type Asking = { user: string; groups?: readonly string[]; unknownGroups?: readonly string[] };

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
  const able = (member: Member): boolean => holds(roleIn(member, environment), needed);
  const names = [
    ...config.people.filter(able).map(({ name }) => name),
    ...config.groups.filter(able).map(({ name }) => `anyone in ${name}`),
  ];
  const last = names.pop();
  if (last === undefined) return 'nobody yet: nightshift.yaml gives nobody that role';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/** The Slack ids of the people and the user groups who may say yes to a plan in an environment. */
export function approversIn(config: Config, environment: string): { people: string[]; groups: string[] } {
  const able = (members: readonly Member[]) =>
    members.filter((member) => holds(roleIn(member, environment), 'approver')).map(({ slack }) => slack);
  return { people: able(config.people), groups: able(config.groups) };
}

/** Why this person may not do what needs `needed` in an environment, as one sentence; undefined when allowed. */
export function whyNot(config: Config, asking: Asking | string, needed: Role, environment: string): string | undefined {
  if (!config.environments.some(({ name }) => name === environment)) {
    const known = config.environments.map(({ name }) => name).join(', ');
    return `There is no environment of this name; known are ${known}.`;
  }
  const role = roleOf(config, asking, environment);
  if (holds(role, needed)) return undefined;
  const held = role === undefined ? `You have no role in ${environment}` : `You are ${role} in ${environment}`;
  const unknown = whyNoGroup(config, asking, needed, [environment]);
  return `${held}; this needs the role ${needed}.${unknown === undefined ? '' : ` ${unknown}`}`;
}

/**
 * The groups of which Slack has to be asked before a person's role in these environments is known: those that would raise it
 * where it is below `needed`. None where the person's own name suffices.
 */
export function groupsToAsk(
  config: Config,
  user: string,
  needed: Role,
  environments: readonly string[],
): readonly Member[] {
  const lacking = environments
    .map((environment) => ({ environment, own: roleOf(config, user, environment) }))
    .filter(({ own }) => !holds(own, needed));
  return config.groups.filter((group) =>
    lacking.some(({ environment, own }) => {
      const role = roleIn(group, environment);
      return role !== undefined && role !== own && (own === undefined || includes(role, own));
    }),
  );
}

/** Which unknown groups could have given the role, as one sentence for the person; undefined when there are none. */
export function whyNoGroup(
  config: Config,
  asking: Asking | string,
  needed: Role,
  environments: readonly string[],
): string | undefined {
  const { user, unknownGroups = [] } = typeof asking === 'string' ? { user: asking } : asking;
  const helps = (group: Member): boolean => environments.some((name) => holds(roleIn(group, name), needed));
  const names = groupsToAsk(config, user, needed, environments)
    .filter((group) => unknownGroups.includes(group.slack) && helps(group))
    .map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `Slack could not be asked who is in ${names.join(' or ')}, so groups give no role now.`;
}

/**
 * What must be said yes to before an operation acts in an environment: what the config says of the verb, what the verb itself
 * asks for, what the config says of its risk. A graver case of it never asks fewer people, and never nobody. An unknown environment
 * asks the most.
 */
export function approvalRule(
  config: Config,
  { id, risk, approval, graver }: Pick<RunOperation, 'id' | 'risk' | 'approval' | 'graver'>,
  environment: string,
  graverCase?: string,
): ApprovalRule {
  if (risk === 'reads') return { by: 'policy' };
  const known = approvalsOf(config, environment);
  const usual = known?.verbs[id] ?? approval ?? known?.[risk] ?? twoPeople;
  const rule = graverCase === undefined ? usual : stricter(usual, caseRule(known, graver, graverCase));
  return rule.by === 'people' && rule.count > 1 && known?.breakGlass ? { ...rule, breakGlass: true } : rule;
}

function approvalsOf({ environments }: Config, environment: string): EnvironmentSpec['approvals'] | undefined {
  return environments.find(({ name }) => name === environment)?.approvals;
}

const twoPeople: ApprovalRule = { by: 'people', count: 2 };

function caseRule(
  known: EnvironmentSpec['approvals'] | undefined,
  graver: RunOperation['graver'],
  graverCase: string,
): ApprovalRule {
  return known?.verbs[graverCase] ?? graver?.[graverCase] ?? twoPeople;
}

function stricter(...rules: readonly ApprovalRule[]): ApprovalRule {
  return { by: 'people', count: Math.max(1, ...rules.map((rule) => (rule.by === 'policy' ? 0 : rule.count))) };
}

function holds(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && includes(role, needed);
}

/** The role that is written for the environment itself counts before the one for all. */
function roleIn({ roles: held }: Member, environment: string): Role | undefined {
  return (held.find((one) => one.environment === environment) ?? held.find((one) => one.environment === '*'))?.role;
}
