import type { Json } from '../../../core/json.ts';

import { wireMessage } from '../api/wire-message.ts';
import { blocksOfMessage, blocksOfView } from '../block-ids.ts';
import { wireView } from '../api/views.ts';
import { isObject, listAt, objectAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import type { SlackMessage, SlackView } from '../message.ts';
import type { SlackUser } from '../options.ts';
import type { Workspace } from '../workspace.ts';
import { optionsOf } from './element-state.ts';
import { elementsIn } from './find-element.ts';
import { sendInteraction } from './interaction.ts';

/** What a menu shows after the app was asked: its options, or the reason why there are none. */
export type SuggestResult =
  | { options: readonly Json[]; option_groups?: readonly Json[] }
  | { error: 'action_not_found' | 'operation_timeout' | 'dispatch_failed' | 'invalid_options' };

export type MenuQuery = { actionId: string; blockId?: string | undefined; query: string };
export type MenuOwner = { message: SlackMessage } | { view: SlackView };

const MOST_OPTIONS = 100;

/** Asks the app what a menu with an external data source offers (https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload). */
export async function suggest(
  workspace: Workspace,
  user: SlackUser,
  owner: MenuOwner,
  { actionId, blockId, query }: MenuQuery,
): Promise<SuggestResult> {
  const found = elementsIn(blocksOf(owner)).find(
    (one) => textAt(one.element, 'action_id') === actionId && (blockId === undefined || one.blockId === blockId),
  );
  if (!found) return { error: 'action_not_found' };
  const delivery = await sendInteraction(workspace, user, {
    type: 'block_suggestion',
    action_id: actionId,
    block_id: found.blockId,
    value: query,
    ...aboutOwner(workspace, owner),
  });
  if ('error' in delivery) return { error: delivery.error };
  const answer = parseJson(delivery.body === '' ? '{}' : delivery.body);
  if (!isObject(answer)) return { error: 'invalid_options' };
  const options = optionsOf(answer);
  if (options.length > MOST_OPTIONS || !options.every(isOption)) return { error: 'invalid_options' };
  workspace.suggestions.keep({ place: placeOf(owner), blockId: found.blockId, actionId }, options);
  const groups = listAt(answer, 'option_groups');
  return groups.length > 0 ? { options: [], option_groups: groups } : { options: listAt(answer, 'options') };
}

/** The blocks of a view with their ids, and with the options that the app offered for its menus. */
export function withKnownBlocks(workspace: Workspace, view: SlackView): SlackView {
  const blocks = blocksOfView(view).map((block) => withOffered(workspace, view.id, block));
  return { ...view, content: { ...view.content, blocks } };
}

/** The same for the blocks of a message. */
export function knownBlocksOf(workspace: Workspace, message: SlackMessage): readonly Json[] {
  return blocksOfMessage(message).map((block) => withOffered(workspace, message.ts, block));
}

function withOffered(workspace: Workspace, place: string, block: Json): Json {
  if (!isObject(block)) return block;
  const blockId = textAt(block, 'block_id') ?? '';
  const complete = (element: Json | undefined): Json | undefined => {
    if (!isObject(element) || !textAt(element, 'type')?.endsWith('external_select')) return element;
    const offered = workspace.suggestions.offered({ place, blockId, actionId: textAt(element, 'action_id') ?? '' });
    return { ...element, options: offered };
  };
  const elements = listAt(block, 'elements').map((element) => complete(element) ?? element);
  const single = ['accessory', 'element'].flatMap((key) => {
    const element = complete(objectAt(block, key));
    return element === undefined ? [] : [[key, element]];
  });
  return { ...block, ...(elements.length > 0 ? { elements } : {}), ...(Object.fromEntries(single) as JsonObject) };
}

function blocksOf(owner: MenuOwner): readonly Json[] {
  return 'message' in owner ? blocksOfMessage(owner.message) : blocksOfView(owner.view);
}

function placeOf(owner: MenuOwner): string {
  return 'message' in owner ? owner.message.ts : owner.view.id;
}

function aboutOwner(workspace: Workspace, owner: MenuOwner): JsonObject {
  if ('view' in owner) {
    return { container: { type: 'view', view_id: owner.view.id }, view: wireView(workspace, owner.view) };
  }
  const { channel, ts } = owner.message;
  const container = { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false };
  return { container, channel: { id: channel }, message: wireMessage(workspace, owner.message, { metadata: true }) };
}

function isOption(option: JsonObject): boolean {
  return textAt(option, 'value') !== undefined && (textAt(objectAt(option, 'text'), 'text') ?? '') !== '';
}
