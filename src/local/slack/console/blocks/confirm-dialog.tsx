import type { VNode } from 'preact';
import { textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { plainText, TextObject } from './text-object.tsx';

/** The question before a button acts (https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object). */
export function ConfirmDialog(props: { confirm: JsonObject; onYes: () => void; onNo: () => void }): VNode {
  const { confirm, onYes, onNo } = props;
  const style = textAt(confirm, 'style') === 'danger' ? 'danger' : 'primary';
  return (
    <div class="veil" role="presentation">
      <div
        class="dialog small"
        role="alertdialog"
        aria-modal="true"
        aria-label={plainText(confirm['title']) || 'Are you sure?'}
      >
        <header>
          <h2>{plainText(confirm['title']) || 'Are you sure?'}</h2>
        </header>
        <div class="dialog-body">
          <TextObject of={confirm['text']} />
        </div>
        <footer>
          <button type="button" class="element-button" onClick={onNo}>
            {plainText(confirm['deny']) || 'Cancel'}
          </button>
          <button type="button" class={`element-button ${style}`} onClick={onYes}>
            {plainText(confirm['confirm']) || 'Yes'}
          </button>
        </footer>
      </div>
    </div>
  );
}
