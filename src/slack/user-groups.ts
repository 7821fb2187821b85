import { WebClient } from '@slack/web-api';
import { clientOptions, type SlackAccess } from './client-options.ts';
import type { Unsent } from './sent.ts';
import { classify } from './thrown.ts';

/** Who is in a user group, as Slack user ids, or why Slack did not say. */
export type AskedMembers = { members: readonly string[] } | Unsent;

/** What the bot asks of Slack about user groups, which are given by id (`S…`). Nothing throws. */
export type UserGroups = {
  /** One try of at most a second: for a person who waits for an acknowledgement. */
  membersQuickly(group: string): Promise<AskedMembers>;
  /** Three tries of at most 5 s each: for a run. */
  members(group: string): Promise<AskedMembers>;
};

const QUICK_MS = 1_000;

/**
 * User groups for one bot token, by usergroups.users.list (scope `usergroups:read`, 20 calls a minute): a group that is
 * disabled or gone is an error there, never an empty list. https://docs.slack.dev/reference/methods/usergroups.users.list
 */
export function createUserGroups(options: SlackAccess): UserGroups {
  const quick = new WebClient(options.token, { ...clientOptions(options, 0), timeout: QUICK_MS });
  const patient = new WebClient(options.token, clientOptions(options, 2));
  return {
    membersQuickly: (group) => ask(quick, group),
    members: (group) => ask(patient, group),
  };
}

async function ask(client: WebClient, group: string): Promise<AskedMembers> {
  try {
    const { users } = await client.usergroups.users.list({ usergroup: group });
    return users ? { members: users } : { permanent: 'Slack gave no list of users' };
  } catch (error) {
    return classify(error, true);
  }
}
