import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icon.tsx';
import { plainText, TextObject } from './text-object.tsx';

/**
 * The question before an element acts, where the app wants one
 * (https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object): what to show, and what asks.
 */
export function useConfirm(element: JsonObject): [VNode | null, (run: () => void) => void] {
  const [asked, setAsked] = useState<{ run: () => void }>();
  const confirm = objectAt(element, 'confirm');
  const ask = (run: () => void): void => (confirm ? setAsked({ run }) : run());
  if (!confirm || !asked) return [null, ask];
  const answer = (yes: boolean): void => {
    setAsked(undefined);
    if (yes) asked.run();
  };
  return [<ConfirmDialog key="confirm" confirm={confirm} answer={answer} />, ask];
}

function ConfirmDialog({ confirm, answer }: { confirm: JsonObject; answer: (yes: boolean) => void }): VNode {
  const title = plainText(confirm['title']) || 'Are you sure?';
  const style = textAt(confirm, 'style') === 'danger' ? 'danger' : 'primary';
  return (
    <Dialog kind="alertdialog" label={title} class="small" close={() => answer(false)}>
      <div class="dialog">
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={() => answer(false)}>
            <Icon name="close" />
          </button>
        </header>
        <div class="dialog-body">
          <TextObject of={confirm['text']} />
        </div>
        <footer>
          <button type="button" class="element-button" onClick={() => answer(false)}>
            {plainText(confirm['deny']) || 'Cancel'}
          </button>
          <button type="button" class={`element-button ${style}`} onClick={() => answer(true)}>
            {plainText(confirm['confirm']) || 'Yes'}
          </button>
        </footer>
      </div>
    </Dialog>
  );
}
