import { choicesOf } from '../../door/element-state.ts';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import type { Names } from '../names.ts';
import type { SuggestAnswer } from '../surface.ts';
import { plainText } from './text-object.tsx';

/** One line of a menu. */
export type Choice = { value: string; label: string; description: string; group: string };

const SELECT = /^(multi_)?(static|external|users|channels|conversations)_select$/;

export function isSelect(element: JsonObject): boolean {
  return SELECT.test(textAt(element, 'type') ?? '');
}

export function isMulti(element: JsonObject): boolean {
  return textAt(element, 'type')?.startsWith('multi_') === true;
}

export function isExternal(element: JsonObject): boolean {
  return textAt(element, 'type')?.endsWith('external_select') === true;
}

/** What a menu offers: its own options, people or channels. The app's own answer is asked for. */
export function choicesIn(element: JsonObject, names: Names): readonly Choice[] {
  const type = textAt(element, 'type') ?? '';
  if (type.endsWith('users_select')) return names.users.map(named);
  if (type.endsWith('channels_select')) return names.channels.map(named);
  if (type.endsWith('conversations_select')) return [...names.channels, ...names.users].map(named);
  return choicesOfAnswer(element);
}

/** The lines of `options` or of `option_groups`. */
export function choicesOfAnswer(answer: SuggestAnswer | JsonObject): readonly Choice[] {
  const fields = answer as JsonObject;
  const groups = listAt(fields, 'option_groups').filter(isObject);
  const grouped = groups.flatMap((group) =>
    listAt(group, 'options').map((option) => choiceOf(option, plainText(group['label']))),
  );
  return [...listAt(fields, 'options').map((option) => choiceOf(option, '')), ...grouped];
}

/** The lines whose words contain what was typed. */
export function matching(choices: readonly Choice[], query: string): readonly Choice[] {
  const words = query.trim().toLowerCase();
  return choices.filter(({ label, description }) => `${label} ${description}`.toLowerCase().includes(words));
}

/** The value after a line was chosen: of several, chosen twice is not chosen; undefined when no more may be chosen. */
export function afterChoice(element: JsonObject, before: string | undefined, chosen: string): string | undefined {
  if (!isMulti(element)) return chosen;
  const values = choicesOf(before);
  const most = element['max_selected_items'];
  if (values.includes(chosen)) return JSON.stringify(values.filter((one) => one !== chosen));
  return typeof most === 'number' && values.length >= most ? undefined : JSON.stringify([...values, chosen]);
}

function choiceOf(option: unknown, group: string): Choice {
  const fields = isObject(option) ? option : {};
  const value = textAt(fields, 'value') ?? '';
  return { value, group, label: plainText(fields['text']), description: plainText(fields['description']) };
}

function named({ id, name }: { id: string; name: string }): Choice {
  return { value: id, label: name, description: '', group: '' };
}
