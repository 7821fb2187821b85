import { useId } from 'preact/hooks';
import type { VNode } from 'preact';
import { choicesOf } from '../../door/element-state.ts';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { TextObject } from './text-object.tsx';

type ChoicesProps = {
  element: JsonObject;
  value: string | undefined;
  label: string;
  onChange: (value: string) => void;
};

/** Radio buttons or checkboxes; the value of several is a JSON list. */
export function Choices({ element, value: held, label, onChange }: ChoicesProps): VNode {
  const name = useId();
  const several = textAt(element, 'type') === 'checkboxes';
  const chosen = several ? choicesOf(held) : [held ?? ''];
  const toggle = (value: string): void => {
    if (!several) return onChange(value);
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    onChange(JSON.stringify(next));
  };
  return (
    <div class="choices" role={several ? 'group' : 'radiogroup'} aria-label={label || undefined}>
      {listAt(element, 'options')
        .filter(isObject)
        .map((option) => {
          const value = textAt(option, 'value') ?? '';
          return (
            <label key={value}>
              <input
                type={several ? 'checkbox' : 'radio'}
                name={name}
                checked={chosen.includes(value)}
                onChange={() => toggle(value)}
              />
              <span>
                <TextObject of={option['text']} />
                {option['description'] !== undefined && (
                  <small>
                    <TextObject of={option['description']} />
                  </small>
                )}
              </span>
            </label>
          );
        })}
    </div>
  );
}
