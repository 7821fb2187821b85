import type { Json } from '../../../core/json.ts';
import { isList, textAt } from '../json-fields.ts';
import type { SlackFile } from '../message.ts';
import { findChannel } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { bad, good, jsonArgument } from './answer.ts';
import type { ApiAnswer, ApiMethod, Arguments } from './answer.ts';
import { refuseBlocks } from './chat.ts';
import { wireFile } from './wire-message.ts';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const getUploadUrl: ApiMethod = (workspace, given) => {
  const { filename, length, snippet_type: snippetType } = given;
  if (!filename || !(Number(length) > 0)) return bad('invalid_arguments');
  const altText = given['alt_txt'] ?? given['alt_text'];
  const file = workspace.files.reserve({
    name: filename,
    sizeBytes: Number(length),
    user: workspace.bot.userId,
    ...(snippetType ? { snippetType } : {}),
    ...(altText ? { altText } : {}),
  });
  return good({ upload_url: `${workspace.url()}/upload/${file.id}`, file_id: file.id });
};

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal: without a channel the file stays private, usable in image blocks. */
export const completeUpload: ApiMethod = (workspace, given) => {
  const wanted = jsonArgument(given, 'files');
  if (wanted === 'broken' || !isList(wanted.value)) return bad('invalid_arguments');
  const files = wanted.value.map((one) => completed(workspace, one));
  if (!files.every((file) => file !== undefined)) return bad('file_not_found');
  const refused = given['channel_id'] ? share(workspace, given, given['channel_id'], files) : undefined;
  return refused ?? good({ files: files.map((file) => wireFile(workspace, file)) });
};

/** https://docs.slack.dev/reference/methods/files.info */
export const info: ApiMethod = (workspace, given) => {
  const file = workspace.files.find(given['file'] ?? '');
  return file ? good({ file: wireFile(workspace, file) }) : bad('file_not_found');
};

function completed({ files }: Workspace, wanted: Json): SlackFile | undefined {
  const id = textAt(wanted, 'id') ?? '';
  return files.complete(id, textAt(wanted, 'title') ?? files.find(id)?.name ?? id);
}

/** Posts the files as a message; the refusal, if it is refused. */
function share(
  workspace: Workspace,
  given: Arguments,
  channelId: string,
  files: readonly SlackFile[],
): ApiAnswer | undefined {
  const blocks = jsonArgument(given, 'blocks');
  if (blocks === 'broken') return bad('invalid_blocks_format');
  const channel = findChannel(workspace, channelId);
  if (!channel) return bad('channel_not_found');
  const list = isList(blocks.value) ? blocks.value : [];
  const refused = refuseBlocks(workspace, list, Number.POSITIVE_INFINITY);
  if (refused) return refused;
  const author = { user: workspace.bot.userId, fromBot: true };
  const thread = given['thread_ts'] ? { threadTs: given['thread_ts'] } : {};
  const text = given['initial_comment'] ?? '';
  workspace.messages.add({ channel: channel.id, ...author, text, blocks: list, files, ...thread });
  return undefined;
}
