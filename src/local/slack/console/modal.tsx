import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { Json } from '../../../core/json.ts';
import { initialValue } from '../door/element-state.ts';
import { isObject, listAt, objectAt, textAt } from '../json-fields.ts';
import type { SlackView } from '../message.ts';
import { Blocks } from './blocks/blocks.tsx';
import { plainText } from './blocks/text-object.tsx';
import type { SubmitAnswer } from './control.ts';
import { SurfaceContext } from './surface.ts';

type Values = { [blockId: string]: string };
type ModalProps = {
  view: SlackView;
  submit: (values: Values) => Promise<SubmitAnswer>;
  close: () => void;
  act: (actionId: string, value?: string) => Promise<void>;
};

/** A modal with what is in its fields; it stays open as long as the app finds faults. */
export function Modal({ view, submit, close, act }: ModalProps): VNode {
  const blocks = identified(listAt(view.content, 'blocks'));
  const [values, setValues] = useState<Values>(() => initialValues(blocks));
  const [errors, setErrors] = useState<Values>({});
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    setTrouble('');
    const answer = await submit(values).catch((thrown: unknown): SubmitAnswer => ({ error: String(thrown) }));
    setBusy(false);
    setErrors(answer.errors ?? {});
    setTrouble(answer.error ?? '');
  };
  const surface = { act, values, errors, change: (id: string, value: string) => setValues({ ...values, [id]: value }) };
  const title = plainText(view.content['title']);
  return (
    <div class="veil" role="dialog" aria-modal="true" aria-label={title}>
      <form
        class="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <header>
          <h2>{title}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={close}>
            ✕
          </button>
        </header>
        <div class="dialog-body">
          <SurfaceContext.Provider value={surface}>
            <Blocks blocks={blocks} />
          </SurfaceContext.Provider>
          {trouble && (
            <div class="error" role="alert">
              {trouble}
            </div>
          )}
        </div>
        <footer>
          <button type="button" class="element-button" onClick={close}>
            {plainText(view.content['close']) || 'Cancel'}
          </button>
          {view.content['submit'] !== undefined && (
            <button type="submit" class="element-button primary" disabled={busy}>
              {plainText(view.content['submit'])}
            </button>
          )}
        </footer>
      </form>
    </div>
  );
}

/** Blocks with the ids that the stand-in gives them when the app gave none. */
function identified(blocks: readonly Json[]): Json[] {
  return blocks.map((block, index) => (isObject(block) ? { block_id: `b${index}`, ...block } : block));
}

function initialValues(blocks: readonly Json[]): Values {
  return Object.fromEntries(
    blocks.flatMap((block) => {
      const element = objectAt(block, 'element');
      const value = element && initialValue(element);
      return value === undefined ? [] : [[textAt(block, 'block_id') ?? '', value]];
    }),
  );
}
