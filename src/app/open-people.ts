import { readEnvironment } from '../config/environment.ts';
import { asFault } from '../core/errors.ts';
import type { AskedMembers, UserGroups } from '../slack/user-groups.ts';
import type { Control } from './control.ts';
import { slackBotToken } from './slack-secrets.ts';
import { createPeople, type People } from './who-asks.ts';

/** What of the control room is needed to know who asks. */
export type PeopleTools = Pick<Control, 'config' | 'now' | 'log'> & { state: Pick<Control['state'], 'userGroups'> };

/** Who asks, with the user groups of Slack; the bot's token is had when the first group is asked for. */
export function openPeople({ config, state, now, log }: PeopleTools): People {
  return createPeople(config, groups, { kept: state.userGroups, now, log });
}

let last: { token: string; groups: UserGroups } | undefined;

/** A token that cannot be had is an answer, too: then groups give no role. */
const groups: UserGroups = {
  membersQuickly: (group) => asked(({ membersQuickly }) => membersQuickly(group)),
  members: (group) => asked(({ members }) => members(group)),
};

async function asked(ask: (groups: UserGroups) => Promise<AskedMembers>): Promise<AskedMembers> {
  try {
    return await ask(await withToken());
  } catch (thrown) {
    return { permanent: asFault(thrown).message };
  }
}

async function withToken(): Promise<UserGroups> {
  const token = await slackBotToken();
  const { slackApiUrl } = readEnvironment();
  if (last?.token !== token) {
    const { createUserGroups } = await import('../slack/user-groups.ts');
    last = {
      token,
      groups: createUserGroups({ token, ...(slackApiUrl === undefined ? {} : { apiUrl: slackApiUrl }) }),
    };
  }
  return last.groups;
}
