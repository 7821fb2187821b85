import type { Json } from '../../../core/json.ts';
import { refuseBlocks } from '../api/chat.ts';
import { isObject, listAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import { SLACKBOT } from '../message.ts';
import type { SlackChannel, SlackUser } from '../options.ts';
import type { Workspace } from '../workspace.ts';
import { deliver } from './deliver.ts';

/** What the person saw at once: nothing, a message (of which this is the identity), or Slack's error text. */
export type Acknowledgement = { text?: string; blocks?: readonly Json[]; ts?: string; error?: string };

/** Sends `/name text` as this person from this channel, as Slack does (https://docs.slack.dev/interactivity/implementing-slash-commands). */
export async function sendCommand(
  workspace: Workspace,
  { user, channel, command, text }: { user: SlackUser; channel: SlackChannel; command: string; text: string },
): Promise<Acknowledgement> {
  const { options, bot } = workspace;
  const responseUrl = workspace.responseUrls.issue({ user: user.id, channel: channel.id });
  const body = new URLSearchParams({
    token: 'unused',
    team_id: options.team.id,
    team_domain: options.team.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: bot.appId,
    is_enterprise_install: 'false',
    response_url: `${workspace.url()}/respond/${responseUrl}`,
    trigger_id: workspace.triggers.issue(user.id),
  }).toString();
  const delivery = await deliver(workspace, { contentType: 'application/x-www-form-urlencoded', body });
  if ('error' in delivery)
    return sayFailed(workspace, user, channel, `${command} failed with the error "${delivery.error}"`);
  return showAnswer(workspace, user, channel, delivery.body);
}

function sayFailed(workspace: Workspace, user: SlackUser, channel: SlackChannel, error: string): Acknowledgement {
  const message = {
    channel: channel.id,
    user: SLACKBOT,
    fromBot: false,
    text: error,
    blocks: [],
    ephemeralFor: user.id,
  };
  return { error, ts: workspace.messages.add(message).ts };
}

/** The acknowledgement's body is a message: JSON, or plain text; ephemeral unless it says `in_channel`. */
function showAnswer(workspace: Workspace, user: SlackUser, channel: SlackChannel, body: string): Acknowledgement {
  if (body === '') return {};
  const parsed = parseJson(body);
  const answer: JsonObject = isObject(parsed) ? parsed : { text: body };
  const text = textAt(answer, 'text') ?? '';
  const blocks = listAt(answer, 'blocks');
  if (text === '' && blocks.length === 0) return {};
  if (refuseBlocks(workspace, blocks, Number.POSITIVE_INFINITY)) {
    return sayFailed(workspace, user, channel, 'The app answered with invalid_blocks');
  }
  const seenBy = textAt(answer, 'response_type') === 'in_channel' ? {} : { ephemeralFor: user.id };
  const author = { user: workspace.bot.userId, fromBot: true };
  const message = workspace.messages.add({ channel: channel.id, ...author, text, blocks, ...seenBy });
  return { text, blocks, ts: message.ts };
}
