import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useElement } from '../surface.ts';
import { Choices } from './choices.tsx';
import { useConfirm } from './confirm.tsx';
import { FileField } from './file-field.tsx';
import { isSelect } from './menu-choices.ts';
import { Select } from './select.tsx';
import { isTextField, TextField } from './text-field.tsx';

type FieldProps = {
  element: JsonObject;
  /** Of the label that names it; without one the field says itself what it is for. */
  id?: string;
  label?: string;
  /** True outside of an input block, and where that block asks for it: every choice is told to the app at once. */
  tells: boolean;
};

const CHOICES = new Set(['radio_buttons', 'checkboxes']);

export function isField(element: JsonObject): boolean {
  const type = textAt(element, 'type') ?? '';
  return CHOICES.has(type) || type === 'file_input' || isSelect(element) || isTextField(element);
}

/** An element that holds a value: a text, a date, a choice. */
export function Field({ element, id, label = '', tells }: FieldProps): VNode {
  const handle = useElement(element);
  const [question, ask] = useConfirm(element);
  const type = textAt(element, 'type') ?? '';
  const take = (value: string): void =>
    ask(() => {
      handle.change(value);
      if (tells) void handle.use(value);
    });
  const shared = { element, handle, id, onChange: take };
  const typed = ['plain_text_input', 'number_input', 'email_text_input', 'url_text_input', 'rich_text_input'].includes(
    type,
  );
  return (
    <>
      {isSelect(element) && <Select {...shared} />}
      {CHOICES.has(type) && <Choices element={element} value={handle.value} label={label} onChange={take} />}
      {type === 'file_input' && <FileField {...shared} />}
      {isTextField(element) && (
        <TextField
          element={element}
          value={handle.value}
          id={id}
          onChange={typed ? handle.change : take}
          onEnter={() => tells && void handle.use(handle.value)}
        />
      )}
      {question}
    </>
  );
}
