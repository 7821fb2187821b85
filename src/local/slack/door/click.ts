import { wireMessage, withBlockIds } from '../api/wire-message.ts';
import { wireView } from '../api/views.ts';
import { isObject, listAt, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackMessage } from '../message.ts';
import type { SlackUser } from '../options.ts';
import { findChannel } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import type { DeliveryError } from './deliver.ts';
import { elementState, findElement } from './find-element.ts';
import type { Found } from './find-element.ts';
import { sendInteraction } from './interaction.ts';

/** What the person saw of a click: nothing special, or that it failed. */
export type ClickResult =
  | { ok: true }
  | { error: DeliveryError | 'action_not_found' | 'message_not_found' | 'view_not_found' };
export type Click = { actionId: string; value?: string | undefined };

/** Uses a button, menu or select of a message (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
export async function clickInMessage(
  workspace: Workspace,
  user: SlackUser,
  message: SlackMessage,
  click: Click,
): Promise<ClickResult> {
  const found = findElement(withBlockIds(message), click.actionId, click.value);
  if (!found) return { error: 'action_not_found' };
  const { channel, ts: messageTs, threadTs } = message;
  const about = { user: user.id, channel, messageTs, ...(threadTs ? { threadTs } : {}) };
  const ephemeral = message.ephemeralFor !== undefined;
  const container = { type: 'message', message_ts: messageTs, channel_id: channel, is_ephemeral: ephemeral };
  return send(workspace, user, found, click, {
    container: threadTs ? { ...container, thread_ts: threadTs } : container,
    channel: { id: channel, name: findChannel(workspace, channel)?.name ?? '' },
    ...(ephemeral ? {} : { message: wireMessage(workspace, message, { metadata: true }) }),
    state: { values: {} },
    response_url: `${workspace.url()}/respond/${workspace.responseUrls.issue(about)}`,
  });
}

/** Uses an element of a modal or of App Home. */
export async function clickInView(
  workspace: Workspace,
  user: SlackUser,
  viewId: string,
  click: Click,
): Promise<ClickResult> {
  const view = workspace.views.find(viewId);
  if (!view) return { error: 'view_not_found' };
  const blocks = listAt(view.content, 'blocks').map((block, index) =>
    isObject(block) ? { block_id: `b${index}`, ...block } : block,
  );
  const found = findElement(blocks, click.actionId, click.value);
  if (!found) return { error: 'action_not_found' };
  const wire = wireView(workspace, view);
  return send(workspace, user, found, click, { container: { type: 'view', view_id: view.id }, view: wire });
}

async function send(
  workspace: Workspace,
  user: SlackUser,
  { element, blockId }: Found,
  click: Click,
  about: JsonObject,
): Promise<ClickResult> {
  const action = {
    ...elementState(element, click.value),
    action_id: textAt(element, 'action_id') ?? '',
    block_id: blockId,
    action_ts: (workspace.clock() / 1000).toFixed(6),
  };
  const trigger_id = workspace.triggers.issue(user.id);
  const delivery = await sendInteraction(workspace, user, {
    type: 'block_actions',
    trigger_id,
    ...about,
    actions: [action],
  });
  return 'error' in delivery ? { error: delivery.error } : { ok: true };
}
