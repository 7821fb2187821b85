import type { Json } from '../../core/json.ts';
import { bad, badArguments, good } from './api/answer.ts';
import type { ApiAnswer } from './api/answer.ts';
import { isList, isObject, textAt } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';
import type { ResponseTarget } from './store/response-urls.ts';
import { problemsOfBlocks } from './validate-blocks.ts';
import type { Workspace } from './workspace.ts';

/** Answers a POST to a response_url (https://docs.slack.dev/interactivity/handling-user-interaction#message_responses); not ok = HTTP 404. */
export function respond(workspace: Workspace, id: string, given: Json | undefined): ApiAnswer {
  if (!isObject(given)) return bad('invalid_payload');
  const blocks = given['blocks'];
  const problems =
    blocks === undefined ? [] : problemsOfBlocks(blocks, 'message', '/blocks', workspace.faults.now().unknownBlocks);
  if (problems.length > 0) return badArguments('invalid_blocks', problems);
  const target = workspace.responseUrls.use(id);
  if ('error' in target) return bad(target.error);
  if (given['delete_original'] === true) return removeOriginal(workspace, target);
  if (given['replace_original'] === true && target.messageTs)
    return replaceOriginal(workspace, target, target.messageTs, given);
  return post(workspace, target, given);
}

function removeOriginal({ messages }: Workspace, { channel, messageTs }: ResponseTarget): ApiAnswer {
  if (!messageTs || !messages.find(channel, messageTs)) return bad('message_not_found');
  messages.remove(channel, messageTs);
  return good();
}

function replaceOriginal(
  { messages, clock }: Workspace,
  { channel }: ResponseTarget,
  ts: string,
  given: JsonObject,
): ApiAnswer {
  const message = messages.find(channel, ts);
  if (!message) return bad('message_not_found');
  const editedTs = `${Math.floor(clock() / 1000)}.000000`;
  messages.replace({ ...message, ...contentOf(given), edits: message.edits + 1, editedTs });
  return good();
}

function post({ messages, bot }: Workspace, target: ResponseTarget, given: JsonObject): ApiAnswer {
  const content = contentOf(given);
  if (content.text === '' && content.blocks.length === 0) return bad('no_text');
  const seenBy = textAt(given, 'response_type') === 'in_channel' ? {} : { ephemeralFor: target.user };
  const threadTs = textAt(given, 'thread_ts') ?? target.threadTs;
  const thread = threadTs ? { threadTs } : {};
  messages.add({ channel: target.channel, user: bot.userId, fromBot: true, ...content, ...seenBy, ...thread });
  return good();
}

function contentOf(given: JsonObject): { text: string; blocks: readonly Json[] } {
  const blocks = given['blocks'];
  return { text: textAt(given, 'text') ?? '', blocks: isList(blocks) ? blocks : [] };
}
