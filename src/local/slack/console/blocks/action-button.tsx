import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useSurface } from '../surface.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { plainText } from './text-object.tsx';

/** A button: busy until the app has acknowledged, asking first where the app wants it. */
export function ActionButton({ element }: { element: JsonObject }): VNode {
  const surface = useSurface();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const confirm = objectAt(element, 'confirm');
  const url = textAt(element, 'url');
  const use = async (): Promise<void> => {
    setAsking(false);
    setBusy(true);
    await surface.act(textAt(element, 'action_id') ?? '', textAt(element, 'value'));
    setBusy(false);
  };
  const press = (): void => {
    if (url !== undefined && /^https?:/.test(url)) window.open(url, '_blank', 'noreferrer');
    if (confirm) setAsking(true);
    else void use();
  };
  return (
    <>
      <button
        type="button"
        class={`element-button ${textAt(element, 'style') ?? ''}`}
        aria-label={textAt(element, 'accessibility_label')}
        data-action-id={textAt(element, 'action_id')}
        disabled={busy}
        onClick={press}
      >
        {plainText(element['text'])}
      </button>
      {asking && confirm && <ConfirmDialog confirm={confirm} onYes={() => void use()} onNo={() => setAsking(false)} />}
    </>
  );
}
