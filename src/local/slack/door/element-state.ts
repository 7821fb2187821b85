import type { Json } from '../../../core/json.ts';
import { isList, isObject, listAt, objectAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';

type Holder = (element: JsonObject, value: string | undefined) => JsonObject;

const pressed: Holder = (element) => pick(element, ['text', 'value', 'style', 'icon', 'workflow']);
const oneOption: Holder = (element, value) => ({ selected_option: optionOf(element, value) ?? null });
const severalOptions: Holder = (element, value) => ({
  selected_options: choicesOf(value).flatMap((one) => optionOf(element, one) ?? []),
});
const oneText =
  (field: string): Holder =>
  (_element, value) => ({ [field]: given(value) ?? null });
const severalIds =
  (field: string): Holder =>
  (_element, value) => ({ [field]: choicesOf(value) });

const HOLDERS: { readonly [type: string]: Holder } = {
  button: pressed,
  icon_button: pressed,
  workflow_button: pressed,
  feedback_buttons: feedbackOf,
  overflow: oneOption,
  static_select: oneOption,
  external_select: oneOption,
  radio_buttons: oneOption,
  checkboxes: severalOptions,
  multi_static_select: severalOptions,
  multi_external_select: severalOptions,
  users_select: oneText('selected_user'),
  channels_select: oneText('selected_channel'),
  conversations_select: oneText('selected_conversation'),
  multi_users_select: severalIds('selected_users'),
  multi_channels_select: severalIds('selected_channels'),
  multi_conversations_select: severalIds('selected_conversations'),
  datepicker: oneText('selected_date'),
  timepicker: oneText('selected_time'),
  datetimepicker: (_element, value) => ({ selected_date_time: value ? Math.floor(Number(value)) : null }),
  rich_text_input: (_element, value) => ({ rich_text_value: value ? richText(value) : null }),
  file_input: (_element, value) => ({ files: choicesOf(value).map((id) => ({ id })) }),
};

/**
 * The value of an element in the form in which payloads carry it (https://docs.slack.dev/reference/block-kit/block-elements).
 * `value` is a text; several choices are a JSON list or separated by commas.
 */
export function elementState(element: JsonObject, value: string | undefined): JsonObject {
  const type = textAt(element, 'type') ?? '';
  return { type, ...(HOLDERS[type] ?? oneText('value'))(element, value) };
}

/** The value that an element has before anybody touched it; several choices as a JSON list. */
export function initialValue(element: JsonObject): string | undefined {
  const option = textAt(objectAt(element, 'initial_option'), 'value');
  if (option !== undefined) return option;
  const options = listAt(element, 'initial_options').flatMap((one) => textAt(one, 'value') ?? []);
  const ids = ['initial_users', 'initial_channels', 'initial_conversations'].flatMap((key) => listAt(element, key));
  if (options.length + ids.length > 0) return JSON.stringify([...options, ...ids]);
  const rich = objectAt(element, 'initial_value');
  if (rich) return plainTextOf(rich);
  const seconds = element['initial_date_time'];
  return typeof seconds === 'number' ? String(seconds) : INITIAL_TEXTS.map((key) => textAt(element, key)).find(isGiven);
}

const INITIAL_TEXTS = [
  'initial_value',
  'initial_date',
  'initial_time',
  'initial_user',
  'initial_channel',
  'initial_conversation',
];

/** Several choices from their one text: a JSON list, or values separated by commas. */
export function choicesOf(value: string | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  const list = value.startsWith('[') ? parseJson(value) : undefined;
  return isList(list) ? list.filter((one) => typeof one === 'string') : value.split(',');
}

/** True where a payload's state has a value for this element; buttons and menus of actions have none. */
export function keepsValue(element: JsonObject): boolean {
  const type = textAt(element, 'type') ?? '';
  return !['button', 'icon_button', 'feedback_buttons', 'workflow_button', 'overflow', 'image'].includes(type);
}

/** Every option of an element, those of groups and those that are chosen at the start included. */
export function optionsOf(element: JsonObject): readonly JsonObject[] {
  const grouped = listAt(element, 'option_groups').flatMap((group) => listAt(group, 'options'));
  const initial = [element['initial_option'], ...listAt(element, 'initial_options')];
  return [...listAt(element, 'options'), ...grouped, ...initial].filter(isObject);
}

function optionOf(element: JsonObject, value: string | undefined): JsonObject | undefined {
  const option = optionsOf(element).find((one) => textAt(one, 'value') === value);
  return option && pick(option, ['text', 'value', 'description', 'url']);
}

function feedbackOf(element: JsonObject, value: string | undefined): JsonObject {
  const [positive, negative] = [objectAt(element, 'positive_button'), objectAt(element, 'negative_button')];
  const chosen = textAt(negative, 'value') === value ? negative : positive;
  return chosen ? pick(chosen, ['text', 'value']) : {};
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function richText(text: string): JsonObject {
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }];
  return { type: 'rich_text', elements };
}

function plainTextOf(value: Json): string {
  const own = textAt(value, 'text') ?? '';
  return own + listAt(value, 'elements').map(plainTextOf).join('');
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined;
}

function pick(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));
}
