import { wireView } from '../api/views.ts';
import { isObject, listAt, objectAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackView } from '../message.ts';
import type { SlackUser } from '../options.ts';
import { problemsOfView, slackWords } from '../validate-blocks.ts';
import type { Workspace } from '../workspace.ts';
import { elementState, elementsIn, initialValue } from './find-element.ts';
import { sendInteraction } from './interaction.ts';

/** What the modal does next: it closes, shows another view, or shows messages under its fields (by block_id). */
export type SubmitResult =
  | { closed: true }
  | { view: SlackView }
  | { errors: { readonly [blockId: string]: string } }
  | { error: string };

/** Values by block_id or action_id; several choices are separated by commas. */
export type Values = { readonly [name: string]: string };

const TROUBLE = 'We had some trouble connecting. Try again?';

/** Submits a modal (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
export async function submitView(
  workspace: Workspace,
  user: SlackUser,
  view: SlackView,
  values: Values,
): Promise<SubmitResult> {
  const identified = withBlockIds(view);
  const missing = requiredButEmpty(identified, values);
  if (Object.keys(missing).length > 0) return { errors: missing };
  const payload = {
    type: 'view_submission',
    trigger_id: workspace.triggers.issue(user.id),
    view: wireView(workspace, identified, stateOf(identified, values)),
    response_urls: [],
  };
  const delivery = await sendInteraction(workspace, user, payload);
  if ('error' in delivery) return { error: TROUBLE };
  const answer = delivery.body === '' ? {} : parseJson(delivery.body);
  return isObject(answer) ? obey(workspace, view, answer) : { error: TROUBLE };
}

/** Closes a modal without submitting; the app hears of it when it asked to with notify_on_close. */
export async function closeView(
  workspace: Workspace,
  user: SlackUser,
  view: SlackView,
  cleared: boolean,
): Promise<void> {
  if (cleared) workspace.views.closeAll(user.id);
  else workspace.views.close(view);
  if (view.content['notify_on_close'] !== true) return;
  await sendInteraction(workspace, user, { type: 'view_closed', view: wireView(workspace, view), is_cleared: cleared });
}

function obey(workspace: Workspace, view: SlackView, answer: JsonObject): SubmitResult {
  const { views } = workspace;
  const content = objectAt(answer, 'view');
  const problem = content ? problemsOfView(content)[0] : undefined;
  if (problem) return { error: `${TROUBLE} (${slackWords(problem)})` };
  switch (textAt(answer, 'response_action')) {
    case 'errors':
      return { errors: (objectAt(answer, 'errors') ?? {}) as { readonly [blockId: string]: string } };
    case 'update':
      return content ? { view: views.update(view, content) } : { error: TROUBLE };
    case 'push': {
      const pushed = content && views.push(view.user, content);
      return pushed ? { view: pushed } : { error: TROUBLE };
    }
    case 'clear':
      views.closeAll(view.user);
      return { closed: true };
    default:
      views.close(view);
      return { closed: true };
  }
}

function withBlockIds(view: SlackView): SlackView {
  const blocks = listAt(view.content, 'blocks').map((block, index) =>
    isObject(block) ? { block_id: `b${index}`, ...block } : block,
  );
  return { ...view, content: { ...view.content, blocks } };
}

function valueOf(values: Values, blockId: string, element: JsonObject): string | undefined {
  return values[blockId] ?? values[textAt(element, 'action_id') ?? ''] ?? initialValue(element);
}

function stateOf(view: SlackView, values: Values): JsonObject {
  const state: { [blockId: string]: JsonObject } = {};
  for (const { blockId, element } of elementsIn(listAt(view.content, 'blocks'))) {
    if (textAt(element, 'type') === 'button') continue;
    const actionId = textAt(element, 'action_id') ?? '';
    state[blockId] = { ...state[blockId], [actionId]: elementState(element, valueOf(values, blockId, element)) };
  }
  return state;
}

/** Slack's client does not send a form whose required fields are empty. */
function requiredButEmpty(view: SlackView, values: Values): { [blockId: string]: string } {
  const empty = elementsIn(listAt(view.content, 'blocks')).filter(
    ({ block, blockId, element }) =>
      textAt(block, 'type') === 'input' && block['optional'] !== true && !valueOf(values, blockId, element),
  );
  return Object.fromEntries(empty.map(({ blockId }) => [blockId, 'Please complete this required field.']));
}
