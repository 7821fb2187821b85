import { wireMessage } from '../api/wire-message.ts';
import { wireView } from '../api/views.ts';
import { listAt, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackMessage } from '../message.ts';
import type { SlackUser } from '../options.ts';
import { findChannel } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import type { DeliveryError } from './deliver.ts';
import { elementState } from './element-state.ts';
import { findElement, stateOf } from './find-element.ts';
import type { Found, Used, Values } from './find-element.ts';
import { sendInteraction } from './interaction.ts';
import { knownBlocksOf, withKnownBlocks } from './suggest.ts';

/** What the person saw of a click: nothing special, or that it failed. */
export type ClickResult =
  | { ok: true }
  | { error: DeliveryError | 'action_not_found' | 'message_not_found' | 'view_not_found' };
/** `values`: what the other elements around it hold. */
export type Click = Used & { values?: Values | undefined };

/** Uses a button, menu or select of a message (https://docs.slack.dev/reference/interaction-payloads/block_actions-payload). */
export async function clickInMessage(
  workspace: Workspace,
  user: SlackUser,
  message: SlackMessage,
  click: Click,
): Promise<ClickResult> {
  const blocks = knownBlocksOf(workspace, message);
  const found = findElement(blocks, click);
  if (!found) return { error: 'action_not_found' };
  const { channel, ts: messageTs, threadTs } = message;
  const about = { user: user.id, channel, messageTs, ...(threadTs ? { threadTs } : {}) };
  const ephemeral = message.ephemeralFor !== undefined;
  const container = { type: 'message', message_ts: messageTs, channel_id: channel, is_ephemeral: ephemeral };
  return send(workspace, user, found, click, {
    container: threadTs ? { ...container, thread_ts: threadTs } : container,
    channel: { id: channel, name: findChannel(workspace, channel)?.name ?? '' },
    ...(ephemeral ? {} : { message: wireMessage(workspace, message, { metadata: true }) }),
    state: { values: stateOf(blocks, valuesAfter(found, click)) },
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
  const known = withKnownBlocks(workspace, view);
  const blocks = listAt(known.content, 'blocks');
  const found = findElement(blocks, click);
  if (!found) return { error: 'action_not_found' };
  const wire = wireView(workspace, known, stateOf(blocks, valuesAfter(found, click)));
  return send(workspace, user, found, click, { container: { type: 'view', view_id: view.id }, view: wire });
}

/** The values around a click, the one that it changes included. */
function valuesAfter({ blockId, element }: Found, { value, values = {} }: Click): Values {
  const name = `${blockId}/${textAt(element, 'action_id') ?? ''}`;
  return value === undefined ? values : { ...values, [name]: value };
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
