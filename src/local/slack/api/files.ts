import { isList, textAt } from '../json-fields.ts';
import type { SlackFile } from '../message.ts';
import { findChannel } from '../workspace.ts';
import { bad, good, jsonArgument } from './answer.ts';
import type { ApiMethod } from './answer.ts';
import { refuseBlocks } from './chat.ts';
import { wireFile } from './wire-message.ts';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const getUploadUrl: ApiMethod = (workspace, given) => {
  const { filename, length } = given;
  if (!filename || !(Number(length) > 0)) return bad('invalid_arguments');
  const file = workspace.files.reserve(filename, Number(length));
  return good({ upload_url: `${workspace.url()}/upload/${file.id}`, file_id: file.id });
};

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal: without a channel the file stays private, usable in image blocks. */
export const completeUpload: ApiMethod = (workspace, given) => {
  const wanted = jsonArgument(given, 'files');
  const blocks = jsonArgument(given, 'blocks');
  if (wanted === 'broken' || blocks === 'broken' || !isList(wanted.value)) return bad('invalid_arguments');
  const files: SlackFile[] = [];
  for (const one of wanted.value) {
    const id = textAt(one, 'id') ?? '';
    const file = workspace.files.complete(id, textAt(one, 'title') ?? workspace.files.find(id)?.name ?? id);
    if (!file) return bad('file_not_found');
    files.push(file);
  }
  const answer = good({ files: files.map((file) => wireFile(workspace, file)) });
  if (!given['channel_id']) return answer;
  const channel = findChannel(workspace, given['channel_id']);
  if (!channel) return bad('channel_not_found');
  const refused =
    blocks.value === undefined ? undefined : refuseBlocks(workspace, blocks.value, Number.POSITIVE_INFINITY);
  if (refused) return refused;
  workspace.messages.add({
    channel: channel.id,
    user: workspace.bot.userId,
    fromBot: true,
    text: given['initial_comment'] ?? '',
    blocks: isList(blocks.value) ? blocks.value : [],
    files,
    ...(given['thread_ts'] ? { threadTs: given['thread_ts'] } : {}),
  });
  return answer;
};
