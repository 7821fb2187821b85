import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { choicesOf } from '../../door/element-state.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { usePopover } from '../popover.ts';
import type { Handle } from '../surface.ts';
import { ListBox } from './list-box.tsx';
import { afterChoice, isMulti } from './menu-choices.ts';
import { plainText } from './text-object.tsx';
import { useChoices } from './use-choices.ts';

type SelectProps = { element: JsonObject; handle: Handle; id?: string | undefined; onChange: (value: string) => void };

/** A menu of one or several choices that can be searched; what was chosen of several can be taken away again. */
export function Select({ element, handle, id, onChange }: SelectProps): VNode {
  const menu = usePopover<HTMLButtonElement>();
  const [query, setQuery] = useState('');
  const choices = useChoices(element, handle, menu.open, query);
  const several = isMulti(element);
  const chosen = several ? choicesOf(handle.value) : [handle.value ?? ''].filter(Boolean);
  const choose = (value: string): void => {
    const next = afterChoice(element, handle.value, value);
    if (!several) menu.hide();
    setQuery('');
    if (next !== undefined) onChange(next);
  };
  const placeholder = plainText(element['placeholder']) || (several ? 'Select options' : 'Choose an option');
  const words = chosen.map(choices.labelOf).join(', ');
  return (
    <div class={`select ${several ? 'several' : ''}`}>
      {several && <Chips chosen={chosen} labelOf={choices.labelOf} remove={choose} />}
      <button
        ref={menu.anchor}
        id={id}
        type="button"
        class={`field select-button ${chosen.length === 0 ? 'unset' : ''}`}
        aria-haspopup="listbox"
        aria-expanded={menu.open}
        aria-label={id === undefined ? words || placeholder : undefined}
        data-action-id={handle.actionId}
        onPointerDown={menu.press}
        onClick={menu.toggle}
        onKeyDown={(event) => ['ArrowDown', 'ArrowUp'].includes(event.key) && (event.preventDefault(), menu.show())}
      >
        <span>{!several && words !== '' ? words : placeholder}</span>
        <Icon name="down" />
      </button>
      <div ref={menu.layer} popover="auto" class="menu select-menu">
        {menu.open && (
          <ListBox
            key={menu.opening}
            label={placeholder}
            choices={choices.shown}
            note={choices.note}
            chosen={chosen}
            several={several}
            query={query}
            search={setQuery}
            choose={choose}
          />
        )}
      </div>
    </div>
  );
}

function Chips(props: {
  chosen: readonly string[];
  labelOf: (value: string) => string;
  remove: (value: string) => void;
}): VNode | null {
  const { chosen, labelOf, remove } = props;
  if (chosen.length === 0) return null;
  return (
    <span class="chips">
      {chosen.map((value) => (
        <span key={value} class="chip">
          {labelOf(value)}
          <button type="button" aria-label={`Remove ${labelOf(value)}`} onClick={() => remove(value)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
    </span>
  );
}
