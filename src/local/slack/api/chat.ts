import type { Json } from '../../../core/json.ts';
import { isList, isObject, textAt } from '../json-fields.ts';
import { LIMITS } from '../limits.ts';
import type { SlackMessage } from '../message.ts';
import { problemsOfBlocks } from '../validate-blocks.ts';
import { hasTooManyTables, renderedCharacters } from '../validate-tables.ts';
import { findChannel, findUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { bad, badArguments, good, jsonArgument } from './answer.ts';
import type { ApiAnswer, ApiMethod, Arguments } from './answer.ts';
import { wireMessage } from './wire-message.ts';

type Content = { text: string | undefined; blocks: readonly Json[] | undefined; metadata: Json | undefined };

/** https://docs.slack.dev/reference/methods/chat.postMessage */
export const postMessage: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return bad('channel_not_found');
  const content = readContent(workspace, given);
  if ('refused' in content) return content.refused;
  if (!content.text && !content.blocks?.length) return bad('no_text');
  const threadTs = given['thread_ts'];
  const parent = threadTs ? workspace.messages.find(channel.id, threadTs) : undefined;
  const message = workspace.messages.add({
    channel: channel.id,
    ...(threadTs ? { threadTs: parent?.threadTs ?? threadTs } : {}),
    ...authored(workspace, content),
  });
  return good({ channel: channel.id, ts: message.ts, message: wireMessage(workspace, message, { metadata: true }) });
};

/** https://docs.slack.dev/reference/methods/chat.postEphemeral */
export const postEphemeral: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return bad('channel_not_found');
  const user = findUser(workspace, given['user'] ?? '');
  if (!user) return bad('user_not_in_channel');
  const content = readContent(workspace, given);
  if ('refused' in content) return content.refused;
  if (!content.text && !content.blocks?.length) return bad('no_text');
  const message = workspace.messages.add({
    channel: channel.id,
    ephemeralFor: user.id,
    ...(given['thread_ts'] ? { threadTs: given['thread_ts'] } : {}),
    ...authored(workspace, content),
  });
  return good({ message_ts: message.ts });
};

/** https://docs.slack.dev/reference/methods/chat.update: what is not given stays, metadata too. */
export const update: ApiMethod = (workspace, given) => {
  const found = ownMessage(workspace, given, 'cant_update_message');
  if ('refused' in found) return found.refused;
  const content = readContent(workspace, given);
  if ('refused' in content) return content.refused;
  if (Buffer.byteLength(content.text ?? '') > LIMITS.updateTextBytes) return bad('msg_too_long');
  const { message } = found;
  const text = content.text ?? message.text;
  const changed = workspace.messages.replace({
    ...message,
    text,
    blocks: content.blocks ?? message.blocks,
    ...(content.metadata === undefined ? {} : { metadata: content.metadata }),
    edits: message.edits + 1,
    editedTs: `${Math.floor(workspace.clock() / 1000)}.000000`,
  });
  const wire = wireMessage(workspace, changed, { metadata: true });
  return good({ channel: changed.channel, ts: changed.ts, text, message: wire });
};

/** https://docs.slack.dev/reference/methods/chat.delete */
export const remove: ApiMethod = (workspace, given) => {
  const found = ownMessage(workspace, given, 'cant_delete_message');
  if ('refused' in found) return found.refused;
  workspace.messages.remove(found.message.channel, found.message.ts);
  return good({ channel: found.message.channel, ts: found.message.ts });
};

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
export const getPermalink: ApiMethod = (workspace, given) => {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return bad('channel_not_found');
  const message = workspace.messages.find(channel.id, given['message_ts'] ?? '');
  if (!message || message.ephemeralFor) return bad('message_not_found');
  const permalink = `${workspace.url()}/#/${channel.id}/${message.threadTs ?? message.ts}`;
  return good({ channel: channel.id, permalink });
};

function authored(workspace: Workspace, { text, blocks, metadata }: Content) {
  const base = {
    user: workspace.bot.userId,
    fromBot: true,
    text: (text ?? '').slice(0, LIMITS.textCharacters),
    blocks: blocks ?? [],
  };
  return metadata === undefined ? base : { ...base, metadata };
}

function ownMessage(
  workspace: Workspace,
  given: Arguments,
  foreign: string,
): { message: SlackMessage } | { refused: ApiAnswer } {
  const channel = findChannel(workspace, given['channel'] ?? '');
  if (!channel) return { refused: bad('channel_not_found') };
  const message = workspace.messages.find(channel.id, given['ts'] ?? '');
  if (!message || message.ephemeralFor) return { refused: bad('message_not_found') };
  return message.user === workspace.bot.userId ? { message } : { refused: bad(foreign) };
}

function readContent(workspace: Workspace, given: Arguments): Content | { refused: ApiAnswer } {
  const blocks = jsonArgument(given, 'blocks');
  if (blocks === 'broken') return { refused: bad('invalid_blocks_format') };
  const metadata = jsonArgument(given, 'metadata');
  if (metadata === 'broken' || !isMetadata(metadata.value)) return { refused: bad('invalid_metadata_format') };
  const refused =
    blocks.value === undefined ? undefined : refuseBlocks(workspace, blocks.value, LIMITS.renderedCharacters);
  if (refused) return { refused };
  return { text: given['text'], blocks: isList(blocks.value) ? blocks.value : undefined, metadata: metadata.value };
}

/** Slack's refusal of the blocks of a message, if it would refuse them. */
export function refuseBlocks(
  workspace: Workspace,
  blocks: Json,
  renderedCharactersMost: number,
): ApiAnswer | undefined {
  const problems = problemsOfBlocks(blocks, 'message', '/blocks', workspace.faults.now().unknownBlocks);
  if (problems.length > 0) return badArguments('invalid_blocks', problems);
  if (isList(blocks) && hasTooManyTables(blocks))
    return bad('invalid_attachments', { errors: ['only_one_table_allowed'] });
  if (renderedCharacters(blocks) > renderedCharactersMost) return bad('msg_blocks_too_long');
  return undefined;
}

function isMetadata(value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  if (Object.keys(value).length === 0) return true;
  return textAt(value, 'event_type') !== undefined && isObject(value['event_payload']);
}
