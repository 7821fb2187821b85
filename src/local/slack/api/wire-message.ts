import { blocksOfMessage } from '../block-ids.ts';
import { asJson, isObject } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackFile, SlackMessage } from '../message.ts';
import type { Workspace } from '../workspace.ts';

/** A message in Slack's own form (https://docs.slack.dev/reference/events/message). Metadata is given only to who asks for it. */
export function wireMessage(workspace: Workspace, message: SlackMessage, asked: { metadata: boolean }): JsonObject {
  const { bot, options } = workspace;
  const metadata = asked.metadata && isObject(message.metadata) && Object.keys(message.metadata).length > 0;
  return asJson({
    type: 'message',
    ...(message.fromBot ? { bot_id: bot.botId, app_id: bot.appId } : {}),
    user: message.user,
    team: options.team.id,
    text: message.text,
    ts: message.ts,
    thread_ts: message.threadTs,
    blocks: blocksOfMessage(message),
    edited: message.editedTs && { user: message.user, ts: message.editedTs },
    metadata: metadata ? message.metadata : undefined,
    files: message.files.length > 0 ? message.files.map((file) => wireFile(workspace, file)) : undefined,
    reactions:
      message.reactions.length > 0 ? message.reactions.map((one) => ({ ...one, count: one.users.length })) : undefined,
  });
}

/** A file in Slack's own form (https://docs.slack.dev/reference/objects/file-object). */
export function wireFile(workspace: Workspace, file: SlackFile): JsonObject {
  const { id, name, title, mimetype, filetype, sizeBytes, user, createdSeconds, altText } = file;
  const address = `${workspace.url()}/files/${id}`;
  const identity = { id, name, title, mimetype, filetype, user, size: sizeBytes, alt_txt: altText };
  const mode = mimetype === 'text/plain' ? 'snippet' : 'hosted';
  const times = { created: createdSeconds, timestamp: createdSeconds };
  const places = { url_private: address, url_private_download: `${address}?download`, permalink: address };
  return asJson({ ...identity, ...times, ...places, mode, is_external: false, is_public: true });
}
