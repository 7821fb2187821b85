import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Icon } from '../icon.tsx';
import { useElement } from '../surface.ts';
import { useConfirm } from './confirm.tsx';
import { plainText } from './text-object.tsx';

/** A button: busy until the app has acknowledged, asking first where the app wants it. */
export function ActionButton({ element }: { element: JsonObject }): VNode {
  const handle = useElement(element);
  const [busy, setBusy] = useState(false);
  const [question, ask] = useConfirm(element);
  const url = textAt(element, 'url');
  const isIcon = element['type'] === 'icon_button';
  const text = plainText(element['text']);
  const use = async (): Promise<void> => {
    if (url !== undefined && /^https?:/.test(url)) window.open(url, '_blank', 'noreferrer');
    setBusy(true);
    await handle.use(textAt(element, 'value'));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={isIcon ? 'icon-button' : `element-button ${textAt(element, 'style') ?? ''}`}
        aria-label={textAt(element, 'accessibility_label')}
        aria-busy={busy}
        title={isIcon ? text : undefined}
        data-action-id={handle.actionId}
        onClick={() => !busy && ask(() => void use())}
      >
        {isIcon && <Icon name={textAt(element, 'icon') ?? ''} />}
        {isIcon ? <span class="unseen">{text}</span> : text}
      </button>
      {question}
    </>
  );
}
