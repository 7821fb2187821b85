import type { Json } from '../../../core/json.ts';
import { isObject, listAt, objectAt, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import { elementState, initialValue, keepsValue, optionsOf } from './element-state.ts';

export type Found = { blockId: string; element: JsonObject; block: JsonObject };

/** Values by `block_id/action_id`, block_id or action_id; several choices are a JSON list or separated by commas. */
export type Values = { readonly [name: string]: string };

/** Every element with an action_id in these blocks, nested blocks included. */
export function elementsIn(blocks: readonly Json[]): Found[] {
  return blocks.flatMap((block) => {
    if (!isObject(block)) return [];
    const isCarousel = textAt(block, 'type') === 'carousel';
    const single = [objectAt(block, 'accessory'), objectAt(block, 'element')];
    const own = [...(isCarousel ? [] : listAt(block, 'elements')), ...listAt(block, 'actions'), ...single];
    const blockId = textAt(block, 'block_id') ?? '';
    const found = own.flatMap((element) =>
      isObject(element) && textAt(element, 'action_id') !== undefined ? [{ blockId, element, block }] : [],
    );
    const nested = isCarousel
      ? listAt(block, 'elements')
      : [...listAt(block, 'child_blocks'), ...listAt(block, 'tasks')];
    return [...found, ...elementsIn(nested)];
  });
}

/** How a use names its element: by action_id, by its block where one action_id stands in several, by value where several share one. */
export type Used = { actionId: string; blockId?: string | undefined; value?: string | undefined };

/** The element that was used. */
export function findElement(blocks: readonly Json[], { actionId, blockId, value }: Used): Found | undefined {
  const same = elementsIn(blocks).filter(
    (one) => textAt(one.element, 'action_id') === actionId && (blockId === undefined || one.blockId === blockId),
  );
  return same.find(({ element }) => value !== undefined && holds(element, value)) ?? same[0];
}

/** `state.values` of a payload: what every element of these blocks holds now, by block_id and action_id. */
export function stateOf(blocks: readonly Json[], values: Values): JsonObject {
  const state: { [blockId: string]: JsonObject } = {};
  for (const { blockId, element } of elementsIn(blocks)) {
    if (!keepsValue(element)) continue;
    const actionId = textAt(element, 'action_id') ?? '';
    state[blockId] = { ...state[blockId], [actionId]: elementState(element, valueOf(values, blockId, element)) };
  }
  return state;
}

/** What an element holds now: what was given for it, for its block or for its action, else what it had at the start. */
export function valueOf(values: Values, blockId: string, element: JsonObject): string | undefined {
  const actionId = textAt(element, 'action_id') ?? '';
  return values[`${blockId}/${actionId}`] ?? values[blockId] ?? values[actionId] ?? initialValue(element);
}

function holds(element: JsonObject, value: string): boolean {
  return textAt(element, 'value') === value || optionsOf(element).some((option) => textAt(option, 'value') === value);
}
