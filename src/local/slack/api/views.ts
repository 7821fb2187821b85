import { isObject } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackView } from '../message.ts';
import { problemsOfView } from '../validate-blocks.ts';
import { findUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { bad, badArguments, good, jsonArgument } from './answer.ts';
import type { ApiAnswer, ApiMethod, Arguments } from './answer.ts';

/** https://docs.slack.dev/reference/methods/views.open: `invalid_arguments` carries the pointers, the trigger is used up last. */
export const open: ApiMethod = (workspace, given) => {
  const view = readView(given);
  if ('refused' in view) return view.refused;
  const trigger = workspace.triggers.exchange(given['trigger_id'] ?? '');
  if ('error' in trigger) return bad(trigger.error);
  return good({ view: wireView(workspace, workspace.views.open(trigger.user, view.content)) });
};

/** https://docs.slack.dev/reference/methods/views.push */
export const push: ApiMethod = (workspace, given) => {
  const view = readView(given);
  if ('refused' in view) return view.refused;
  const trigger = workspace.triggers.exchange(given['trigger_id'] ?? '');
  if ('error' in trigger) return bad(trigger.error);
  const pushed = workspace.views.push(trigger.user, view.content);
  return pushed ? good({ view: wireView(workspace, pushed) }) : bad('push_limit_reached');
};

/** https://docs.slack.dev/reference/methods/views.update */
export const update: ApiMethod = (workspace, given) => {
  const view = readView(given);
  if ('refused' in view) return view.refused;
  const { view_id: id, external_id: externalId, hash } = given;
  const before = id ? workspace.views.find(id) : workspace.views.findExternal(externalId ?? '');
  if (!before) return bad('not_found');
  if (hash && hash !== before.hash) return bad('hash_conflict');
  return good({ view: wireView(workspace, workspace.views.update(before, view.content)) });
};

/** https://docs.slack.dev/reference/methods/views.publish */
export const publish: ApiMethod = (workspace, given) => {
  const view = readView(given);
  if ('refused' in view) return view.refused;
  const user = findUser(workspace, given['user_id'] ?? '');
  if (!user) return bad('user_not_found');
  const before = workspace.views.home(user.id);
  if (given['hash'] && before && given['hash'] !== before.hash) return bad('hash_conflict');
  return good({ view: wireView(workspace, workspace.views.publish(user.id, view.content)) });
};

/** A view in Slack's own form, as answers and interaction payloads carry it. */
export function wireView({ bot, options }: Workspace, view: SlackView, values: JsonObject = {}): JsonObject {
  return {
    callback_id: '',
    private_metadata: '',
    ...view.content,
    id: view.id,
    team_id: options.team.id,
    app_id: bot.appId,
    bot_id: bot.botId,
    hash: view.hash,
    root_view_id: view.id,
    state: { values },
  };
}

function readView(given: Arguments): { content: JsonObject } | { refused: ApiAnswer } {
  const view = jsonArgument(given, 'view');
  if (view === 'broken' || !isObject(view.value)) return { refused: bad('invalid_arguments') };
  const problems = problemsOfView(view.value);
  return problems.length > 0 ? { refused: badArguments('invalid_arguments', problems) } : { content: view.value };
}
