import { useLayoutEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { isObject, listAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { moveFocus } from '../arrow-keys.ts';
import { Icon } from '../icon.tsx';
import { usePopover } from '../popover.ts';
import { useElement } from '../surface.ts';
import { useConfirm } from './confirm.tsx';
import { plainText } from './text-object.tsx';

/** The three dots and their menu: arrows move, Enter chooses, Escape closes. */
export function Overflow({ element }: { element: JsonObject }): VNode {
  const handle = useElement(element);
  const menu = usePopover<HTMLButtonElement>();
  const [question, ask] = useConfirm(element);
  useLayoutEffect(() => {
    if (menu.open) menu.layer.current?.querySelector('button')?.focus();
  }, [menu.opening]);
  const choose = (option: JsonObject): void => {
    menu.hide();
    const url = textAt(option, 'url');
    if (url !== undefined && /^https?:/.test(url)) window.open(url, '_blank', 'noreferrer');
    ask(() => void handle.use(textAt(option, 'value')));
  };
  return (
    <>
      <button
        ref={menu.anchor}
        type="button"
        class="element-button dots"
        aria-label="More"
        aria-haspopup="menu"
        aria-expanded={menu.open}
        onPointerDown={menu.press}
        onClick={menu.toggle}
        onKeyDown={(event) => event.key === 'ArrowDown' && menu.show()}
      >
        <Icon name="more" />
      </button>
      <div
        ref={menu.layer}
        popover="auto"
        class="menu"
        role="menu"
        aria-label="More"
        onKeyDown={(event) => moveFocus(event, '[role=menuitem]')}
      >
        {menu.open &&
          listAt(element, 'options')
            .filter(isObject)
            .map((option) => (
              <button key={textAt(option, 'value')} type="button" role="menuitem" onClick={() => choose(option)}>
                {plainText(option['text'])}
                {option['description'] !== undefined && <small>{plainText(option['description'])}</small>}
              </button>
            ))}
      </div>
      {question}
    </>
  );
}
