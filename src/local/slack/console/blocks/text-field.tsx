import { h } from 'preact';
import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { plainText } from './text-object.tsx';

type TextFieldProps = {
  element: JsonObject;
  value: string | undefined;
  id?: string | undefined;
  onChange: (value: string) => void;
  /** Enter in one line of text. */
  onEnter?: () => void;
};

const INPUT_TYPES: { readonly [type: string]: string } = {
  plain_text_input: 'text',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
  datetimepicker: 'datetime-local',
};

export function isTextField(element: JsonObject): boolean {
  const type = textAt(element, 'type') ?? '';
  return type in INPUT_TYPES || type === 'rich_text_input';
}

/** A field that is typed: text, number, address, day, time. */
export function TextField({ element, value, id, onChange, onEnter }: TextFieldProps): VNode {
  const type = textAt(element, 'type') ?? '';
  const words = plainText(element['placeholder']);
  const most = element['max_length'];
  const common = {
    ...(id === undefined ? { 'aria-label': words || 'Value' } : { id }),
    ...(typeof most === 'number' ? { maxLength: most } : {}),
    class: `field ${type}`,
    placeholder: words,
    'data-action-id': textAt(element, 'action_id'),
    onInput: (event: Event) => onChange(typedIn(event, type)),
  };
  if (element['multiline'] === true || type === 'rich_text_input')
    return <textarea {...common} value={value ?? ''} rows={4} />;
  const input = h('input', {
    ...common,
    ...(type === 'number_input' ? numberAttributes(element) : {}),
    type: INPUT_TYPES[type] ?? 'text',
    value: type === 'datetimepicker' ? localMoment(value) : (value ?? ''),
    autocomplete: 'off',
    onKeyDown: (event: KeyboardEvent) => event.key === 'Enter' && onEnter?.(),
  });
  return <>{input}</>;
}

function numberAttributes(element: JsonObject) {
  const step = element['is_decimal_allowed'] === true ? 'any' : '1';
  const [min, max] = [textAt(element, 'min_value'), textAt(element, 'max_value')];
  return { step, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function typedIn({ currentTarget: field }: Event, type: string): string {
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return '';
  if (type !== 'datetimepicker' || field.value === '') return field.value;
  return String(Math.floor(new Date(field.value).getTime() / 1000));
}

/** Seconds since 1970 as the browser's field wants them: the reader's own time, to the minute. */
function localMoment(seconds: string | undefined): string {
  if (!seconds) return '';
  const date = new Date(Number(seconds) * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
