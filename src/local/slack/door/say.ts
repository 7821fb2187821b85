import type { SlackMessage } from '../message.ts';
import type { SlackChannel, SlackUser } from '../options.ts';
import type { Workspace } from '../workspace.ts';
import { sendEvent } from './events.ts';

/** Writes as a person; the app hears of it when it is mentioned (https://docs.slack.dev/reference/events/app_mention). */
export async function say(
  workspace: Workspace,
  {
    user,
    channel,
    text,
    threadTs,
  }: { user: SlackUser; channel: SlackChannel; text: string; threadTs?: string | undefined },
): Promise<SlackMessage> {
  const thread = threadTs ? { threadTs } : {};
  const author = { user: user.id, fromBot: false };
  const message = workspace.messages.add({ channel: channel.id, ...author, text, blocks: [], ...thread });
  const mention = text.includes(`<@${workspace.bot.userId}>`);
  const event = { type: 'app_mention', user: user.id, channel: channel.id, text, ts: message.ts };
  if (mention) await sendEvent(workspace, threadTs ? { ...event, thread_ts: threadTs } : event).first;
  return message;
}
