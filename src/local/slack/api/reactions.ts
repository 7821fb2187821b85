import { findChannel } from '../workspace.ts';
import { bad, good } from './answer.ts';
import type { ApiMethod } from './answer.ts';

/** https://docs.slack.dev/reference/methods/reactions.add */
export const add: ApiMethod = (workspace, given) =>
  react(workspace, given, (users, me) => (users.includes(me) ? 'already_reacted' : [...users, me]));

/** https://docs.slack.dev/reference/methods/reactions.remove */
export const remove: ApiMethod = (workspace, given) =>
  react(workspace, given, (users, me) => (users.includes(me) ? users.filter((user) => user !== me) : 'no_reaction'));

function react(
  workspace: Parameters<ApiMethod>[0],
  given: Parameters<ApiMethod>[1],
  change: (users: readonly string[], me: string) => readonly string[] | string,
): ReturnType<ApiMethod> {
  const { channel, timestamp, name } = given;
  const message = workspace.messages.find(findChannel(workspace, channel ?? '')?.id ?? '', timestamp ?? '');
  if (!message) return bad('message_not_found');
  if (!name) return bad('invalid_name');
  const users = change(message.reactions.find((one) => one.name === name)?.users ?? [], workspace.bot.userId);
  if (typeof users === 'string') return bad(users);
  const others = message.reactions.filter((one) => one.name !== name);
  workspace.messages.replace({ ...message, reactions: users.length > 0 ? [...others, { name, users }] : others });
  return good();
}
