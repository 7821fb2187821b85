import type { VNode } from 'preact';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { TextObject } from './text-object.tsx';

/** Radio buttons or checkboxes; several values are separated by commas. */
export function Choices(props: {
  element: JsonObject;
  value?: string | undefined;
  onChange: (value: string) => void;
}): VNode {
  const { element, onChange } = props;
  const several = textAt(element, 'type') === 'checkboxes';
  const chosen = (props.value ?? '').split(',').filter(Boolean);
  const toggle = (value: string): void => {
    if (!several) return onChange(value);
    onChange((chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]).join(','));
  };
  return (
    <div class="choices">
      {listAt(element, 'options')
        .filter(isObject)
        .map((option) => {
          const value = textAt(option, 'value') ?? '';
          return (
            <label key={value}>
              <input
                type={several ? 'checkbox' : 'radio'}
                name={textAt(element, 'action_id')}
                checked={chosen.includes(value)}
                onChange={() => toggle(value)}
              />
              <TextObject of={option['text']} />
            </label>
          );
        })}
    </div>
  );
}
