import { h } from 'preact';
import type { VNode } from 'preact';
import type { Json } from '../../../../core/json.ts';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Choices } from './choices.tsx';
import { plainText } from './text-object.tsx';

type FieldProps = { element: JsonObject; value?: string | undefined; id?: string; onChange: (value: string) => void };

const INPUT_TYPES: { readonly [type: string]: string } = {
  plain_text_input: 'text',
  number_input: 'number',
  email_text_input: 'email',
  url_text_input: 'url',
  datepicker: 'date',
  timepicker: 'time',
};
const CHOICES = new Set(['radio_buttons', 'checkboxes']);

export function isField(element: JsonObject): boolean {
  const type = textAt(element, 'type') ?? '';
  return type === 'static_select' || CHOICES.has(type) || type in INPUT_TYPES;
}

/** An element that holds a value: a text, a date, a choice. */
export function Field({ element, value, id, onChange }: FieldProps): VNode {
  const type = textAt(element, 'type') ?? '';
  if (type === 'static_select')
    return <Select element={element} value={value} {...(id ? { id } : {})} onChange={onChange} />;
  if (CHOICES.has(type)) return <Choices element={element} value={value} onChange={onChange} />;
  const common = { id, class: 'field', value: value ?? '', placeholder: plainText(element['placeholder']) };
  if (element['multiline'] === true) {
    return <textarea {...common} rows={4} onInput={(event) => onChange(event.currentTarget.value)} />;
  }
  const attributes = { ...common, type: INPUT_TYPES[type] ?? 'text', autocomplete: 'off' };
  return h('input', { ...attributes, onInput: (event: InputEvent) => onChange(textOf(event)) });
}

function textOf({ currentTarget }: InputEvent): string {
  return currentTarget instanceof HTMLInputElement ? currentTarget.value : '';
}

function Select({ element, value, id, onChange }: FieldProps): VNode {
  const initial = textAt(element['initial_option'], 'value');
  return (
    <select
      id={id}
      class="field"
      value={value ?? initial ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="" disabled>
        {plainText(element['placeholder']) || 'Choose an option'}
      </option>
      <Options options={listAt(element, 'options')} />
      {listAt(element, 'option_groups').map((group, index) => (
        <optgroup key={index} label={plainText(isObject(group) ? group['label'] : undefined)}>
          <Options options={listAt(group, 'options')} />
        </optgroup>
      ))}
    </select>
  );
}

function Options({ options }: { options: readonly Json[] }): VNode {
  return (
    <>
      {options.filter(isObject).map((option) => (
        <option key={textAt(option, 'value')} value={textAt(option, 'value') ?? ''}>
          {plainText(option['text'])}
        </option>
      ))}
    </>
  );
}
