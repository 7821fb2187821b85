import type { SlackMessage } from '../message.ts';
import type { SlackChannel } from '../options.ts';
import { directChannel, findChannel, findUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { bad, good } from './answer.ts';
import type { ApiMethod, Arguments } from './answer.ts';
import { wireMessage } from './wire-message.ts';

/** https://docs.slack.dev/reference/methods/conversations.history: newest first, without replies. */
export const history: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return bad('channel_not_found');
  if (channel.withoutBot) return bad('not_in_channel');
  const all = visible(workspace, channel.id).filter(({ ts, threadTs }) => !threadTs || threadTs === ts);
  return page(workspace, given, all.filter(within(given)).toReversed());
};

/** https://docs.slack.dev/reference/methods/conversations.replies: the parent, then its replies, oldest first. */
export const replies: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return bad('channel_not_found');
  const parent = workspace.messages.find(channel.id, given['ts'] ?? '');
  if (!parent || parent.ephemeralFor) return bad('thread_not_found');
  const root = parent.threadTs ?? parent.ts;
  const thread = visible(workspace, channel.id).filter(({ ts, threadTs }) => ts === root || threadTs === root);
  return page(
    workspace,
    given,
    thread.filter((message) => message.ts === root || within(given)(message)),
  );
};

/** https://docs.slack.dev/reference/methods/conversations.info */
export const info: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  return channel ? good({ channel: wireChannel(channel) }) : bad('channel_not_found');
};

export const list: ApiMethod = (workspace) => good({ channels: workspace.options.channels.map(wireChannel) });

/** https://docs.slack.dev/reference/methods/conversations.open, for one person */
export const open: ApiMethod = (workspace, given) => {
  const user = findUser(workspace, given['users'] ?? '');
  return user ? good({ channel: { id: directChannel(user.id) } }) : bad('user_not_found');
};

function wireChannel({ id, name, archived = false, withoutBot = false }: SlackChannel) {
  const direct = id.startsWith('D');
  const about = { is_channel: !direct, is_im: direct, is_archived: archived, is_member: !withoutBot };
  return { id, name: name.replace(/^#/, ''), ...about };
}

function visible(workspace: Workspace, channel: string): SlackMessage[] {
  return workspace.messages.list(channel).filter(({ ephemeralFor }) => !ephemeralFor);
}

function within(given: Arguments): (message: SlackMessage) => boolean {
  const oldest = Number(given['oldest'] ?? 0);
  const latest = given['latest'] ? Number(given['latest']) : Number.POSITIVE_INFINITY;
  const inclusive = given['inclusive'] === 'true' || given['inclusive'] === '1';
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

/** Slack's pages: at most 1000, 100 unless asked; the cursor is where to go on. */
function page(workspace: Workspace, given: Arguments, messages: readonly SlackMessage[]) {
  const limit = Math.min(1000, Math.max(1, Number(given['limit'] ?? 100) || 100));
  const from = given['cursor'] ? Number(Buffer.from(given['cursor'], 'base64url').toString().replace('from:', '')) : 0;
  if (!Number.isInteger(from)) return bad('invalid_cursor');
  const metadata = given['include_all_metadata'] === 'true' || given['include_all_metadata'] === '1';
  const has_more = messages.length > from + limit;
  return good({
    messages: messages.slice(from, from + limit).map((message) => wireMessage(workspace, message, { metadata })),
    has_more,
    response_metadata: { next_cursor: has_more ? Buffer.from(`from:${from + limit}`).toString('base64url') : '' },
  });
}
