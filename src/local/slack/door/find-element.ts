import type { Json } from '../../../core/json.ts';
import { isObject, listAt, objectAt, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';

export type Found = { blockId: string; element: JsonObject; block: JsonObject };

/** Every element with an action_id in these blocks, nested blocks included. */
export function elementsIn(blocks: readonly Json[]): Found[] {
  return blocks.flatMap((block) => {
    if (!isObject(block)) return [];
    const own = [...listAt(block, 'elements'), objectAt(block, 'accessory'), objectAt(block, 'element')];
    const blockId = textAt(block, 'block_id') ?? '';
    const found = own.flatMap((element) =>
      isObject(element) && textAt(element, 'action_id') !== undefined ? [{ blockId, element, block }] : [],
    );
    return [...found, ...elementsIn([...listAt(block, 'child_blocks'), ...listAt(block, 'tasks')])];
  });
}

/** The element that was used: by action_id, and by value where several share one. */
export function findElement(blocks: readonly Json[], actionId: string, value: string | undefined): Found | undefined {
  const same = elementsIn(blocks).filter(({ element }) => textAt(element, 'action_id') === actionId);
  return same.find(({ element }) => value !== undefined && textAt(element, 'value') === value) ?? same[0];
}

/** The value of an element in the form in which payloads carry it (https://docs.slack.dev/reference/block-kit/block-elements). */
export function elementState(element: JsonObject, value: string | undefined): JsonObject {
  const type = textAt(element, 'type') ?? '';
  if (type === 'button') return { type, ...pick(element, ['text', 'value', 'style']) };
  if (['overflow', 'static_select', 'external_select', 'radio_buttons'].includes(type)) {
    return { type, selected_option: optionOf(element, value) ?? null };
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    return { type, selected_options: (value ?? '').split(',').flatMap((one) => optionOf(element, one) ?? []) };
  }
  const field = VALUE_FIELDS[type] ?? 'value';
  return { type, [field]: value === undefined || value === '' ? null : value };
}

/** The value that an element has before anybody touched it. */
export function initialValue(element: JsonObject): string | undefined {
  const option = objectAt(element, 'initial_option');
  const options = listAt(element, 'initial_options').map((one) => textAt(one, 'value') ?? '');
  const texts = ['initial_value', 'initial_date', 'initial_time', 'initial_user', 'initial_channel'];
  const text = texts.map((key) => textAt(element, key)).find((one) => one !== undefined);
  return textAt(option, 'value') ?? (options.length > 0 ? options.join(',') : text);
}

const VALUE_FIELDS: { readonly [type: string]: string } = {
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
};

function optionOf(element: JsonObject, value: string | undefined): JsonObject | undefined {
  const grouped = listAt(element, 'option_groups').flatMap((group) => listAt(group, 'options'));
  const option = [...listAt(element, 'options'), ...grouped].find((one) => textAt(one, 'value') === value);
  return isObject(option) ? pick(option, ['text', 'value']) : undefined;
}

function pick(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}
