import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useSurface } from '../surface.ts';
import { plainText } from './text-object.tsx';

/** The three dots and their menu. */
export function Overflow({ element }: { element: JsonObject }): VNode {
  const surface = useSurface();
  const [open, setOpen] = useState(false);
  const choose = (value: string | undefined): void => {
    setOpen(false);
    void surface.act(textAt(element, 'action_id') ?? '', value);
  };
  return (
    <div class="overflow" onMouseLeave={() => setOpen(false)}>
      <button
        type="button"
        class="element-button"
        aria-label="More"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        ⋯
      </button>
      {open && (
        <div class="menu" role="menu">
          {listAt(element, 'options').map((option, index) => (
            <button key={index} type="button" role="menuitem" onClick={() => choose(textAt(option, 'value'))}>
              {plainText(option === null || typeof option !== 'object' ? undefined : (option as JsonObject)['text'])}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
