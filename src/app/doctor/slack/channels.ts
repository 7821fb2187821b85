import type { EnvironmentSpec } from '../../../config/config.ts';
import { skipped, type Answer, type Question } from '../../../core/question.ts';
import type { Installation } from '../../../slack/installation.ts';
import { unforeseen, withToken, type SlackAccess } from './access.ts';

/** The channel of each environment exists, is not archived, and the bot is in it. */
export function channelQuestions(access: SlackAccess, environments: readonly EnvironmentSpec[]): Question[] {
  return environments.map((environment) => ({
    id: `slack.channel.${environment.name}`,
    title: `The bot is in the channel of ${environment.name}`,
    ask: () => withToken(access, (slack) => channelAnswer(slack, environment)),
  }));
}

/**
 * The history is read because the bot's own scopes allow it; whether the channel is archived is seen only where channels:read
 * happens to be granted. https://docs.slack.dev/reference/methods/conversations.history#errors
 */
async function channelAnswer(slack: Installation, { name, channel }: EnvironmentSpec): Promise<Answer> {
  const info = await slack.channel(channel);
  if ('seen' in info && info.seen.archived) {
    return { problem: `${channel} is archived`, fix: `Unarchive it, or set environments.${name}.channel.` };
  }
  const history = await slack.reads(channel);
  if ('seen' in history) {
    return { ok: 'seen' in info ? `#${info.seen.name}` : `${channel}; whether it is archived is not seen from here` };
  }
  if ('silent' in history) return unforeseen(history);
  const invite = `In Slack, in that channel: /invite @nightshift`;
  switch (history.refused) {
    case 'not_in_channel':
      return { problem: `the bot is not in ${channel}, so nothing can be posted there`, fix: invite };
    case 'channel_not_found':
      return {
        problem: `there is no channel ${channel}, or it is private and the bot is not in it`,
        fix: `${invite}. Or set environments.${name}.channel to the id at the foot of the channel's About tab.`,
      };
    case 'is_archived':
      return { problem: `${channel} is archived`, fix: `Unarchive it, or set environments.${name}.channel.` };
    case 'missing_scope':
      return skipped('the token lacks channels:history or groups:history: see slack.scopes');
    default:
      return unforeseen(history);
  }
}
