import type { SlackChannel, SlackUser, SlackUserGroup } from './slack/options.ts';

/** The people of nightshift.yaml, and one who is not in it. */
export const users: readonly SlackUser[] = [
  { id: 'U0OMAR', name: 'omar', realName: 'Omar Haddad', roleLabel: 'operator' },
  { id: 'U0VERA', name: 'vera', realName: 'Vera Lindqvist', roleLabel: 'viewer' },
  { id: 'U0ADA', name: 'ada', realName: 'Ada Okafor', roleLabel: 'approver' },
  { id: 'U0BEN', name: 'ben', realName: 'Ben Sørensen', roleLabel: 'approver' },
  { id: 'U0EVE', name: 'eve', realName: 'Eve Moreau', roleLabel: 'stranger' },
];

/** The group of nightshift.yaml: ben may approve because he is in it. */
export const userGroups: readonly SlackUserGroup[] = [
  { id: 'S0DATABASE', handle: 'database-people', name: 'Database people', users: ['U0BEN'] },
];

export const channels: readonly SlackChannel[] = [{ id: 'C0DBALERTS', name: 'database-alerts' }];

export const team = { id: 'T0LAPTOP', domain: 'laptop', name: 'Laptop' };
