import type { SlackUser, SlackUserGroup } from '../options.ts';
import { findUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { bad, good } from './answer.ts';
import type { ApiMethod } from './answer.ts';

/** https://docs.slack.dev/reference/methods/auth.test */
export const authTest: ApiMethod = ({ bot, options, url }) =>
  good({
    url: `${url()}/`,
    team: options.team.name,
    user: bot.name.toLowerCase(),
    team_id: options.team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  });

/** https://docs.slack.dev/reference/methods/users.info */
export const userInfo: ApiMethod = (workspace, given) => {
  const user = workspace.options.users.find(({ id }) => id === given['user']);
  return user ? good({ user: wireUser(workspace, user) }) : bad('user_not_found');
};

/** https://docs.slack.dev/reference/methods/users.list */
export const userList: ApiMethod = (workspace) =>
  good({
    members: workspace.options.users.map((user) => wireUser(workspace, user)),
    response_metadata: { next_cursor: '' },
  });

/** https://docs.slack.dev/reference/methods/usergroups.list */
export const userGroupList: ApiMethod = (workspace, given) => {
  const shows = (name: string) => ['1', 'true'].includes(given[name] ?? '');
  const usergroups = (workspace.options.userGroups ?? []).map((group) => {
    const users = memberIds(workspace, group);
    return {
      ...wireGroup(workspace, group),
      ...(shows('include_users') ? { users } : {}),
      ...(shows('include_count') ? { user_count: users.length } : {}),
    };
  });
  return good({ usergroups });
};

/** https://docs.slack.dev/reference/methods/usergroups.users.list */
export const userGroupUsers: ApiMethod = (workspace, given) => {
  const group = workspace.options.userGroups?.find(({ id }) => id === given['usergroup']);
  return group ? good({ users: memberIds(workspace, group) }) : bad('no_such_subteam');
};

function memberIds(workspace: Workspace, { users }: SlackUserGroup): string[] {
  return users.flatMap((user) => findUser(workspace, user)?.id ?? []);
}

function wireGroup({ options }: Workspace, { id, handle, name }: SlackUserGroup) {
  return { id, team_id: options.team.id, is_usergroup: true, handle, name, description: '', date_delete: 0 };
}

function wireUser({ options }: Workspace, { id, name, realName }: SlackUser) {
  const profile = { real_name: realName, display_name: name };
  const where = { team_id: options.team.id, tz: 'Europe/Berlin', tz_label: 'Central European Time', locale: 'en-GB' };
  return { id, name, real_name: realName, deleted: false, is_bot: false, profile, ...where };
}
