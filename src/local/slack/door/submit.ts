import { wireView } from '../api/views.ts';
import type { Json } from '../../../core/json.ts';
import { isObject, listAt, objectAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackView } from '../message.ts';
import type { SlackUser } from '../options.ts';
import { problemsOfView, slackWords } from '../validate-blocks.ts';
import type { Workspace } from '../workspace.ts';
import { elementsIn, stateOf, valueOf } from './find-element.ts';
import type { Values } from './find-element.ts';
import { sendInteraction } from './interaction.ts';
import { withKnownBlocks } from './suggest.ts';

/** What the modal does next: it closes, shows another view, or shows messages under its fields (by block_id). */
export type SubmitResult =
  | { closed: true }
  | { view: SlackView }
  | { errors: { readonly [blockId: string]: string } }
  | { error: string };

const TROUBLE = 'We had some trouble connecting. Try again?';

/** Submits a modal (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
export async function submitView(
  workspace: Workspace,
  user: SlackUser,
  view: SlackView,
  values: Values,
): Promise<SubmitResult> {
  const identified = withKnownBlocks(workspace, view);
  const blocks = listAt(identified.content, 'blocks');
  const missing = requiredButEmpty(blocks, values);
  if (Object.keys(missing).length > 0) return { errors: missing };
  const payload = {
    type: 'view_submission',
    trigger_id: workspace.triggers.issue(user.id),
    view: wireView(workspace, identified, stateOf(blocks, values)),
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

/** Slack's client does not send a form whose required fields are empty. */
function requiredButEmpty(blocks: readonly Json[], values: Values): { [blockId: string]: string } {
  const empty = elementsIn(blocks).filter(
    ({ block, blockId, element }) =>
      textAt(block, 'type') === 'input' &&
      block['optional'] !== true &&
      ['', '[]', undefined].includes(valueOf(values, blockId, element)),
  );
  return Object.fromEntries(empty.map(({ blockId }) => [blockId, 'Please complete this required field.']));
}
