import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { blocksOfView } from '../block-ids.ts';
import type { SlackView } from '../message.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks/blocks.tsx';
import { plainText } from './blocks/text-object.tsx';
import type { SubmitAnswer } from './control.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icon.tsx';
import { SurfaceContext, useSurfaceOf } from './surface.ts';
import type { Actions, FieldValues } from './surface.ts';

type ModalProps = {
  view: SlackView;
  actions: Actions;
  submit: (values: FieldValues) => Promise<SubmitAnswer>;
  close: () => void;
};

const FAULTY = ':is(.faulty .field, .faulty input)';

/** A modal with what is in its fields; it stays open as long as the app finds faults, and an update keeps what was typed. */
export function Modal({ view, actions, submit, close }: ModalProps): VNode {
  const [errors, setErrors] = useState<{ readonly [blockId: string]: string }>({});
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const surface = useSurfaceOf(actions, errors);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.querySelector<HTMLElement>(FAULTY)?.focus(), [errors]);
  const send = async (): Promise<void> => {
    setBusy(true);
    setTrouble('');
    const answer = await submit(surface.values).catch((thrown: unknown): SubmitAnswer => ({ error: String(thrown) }));
    setBusy(false);
    setErrors(answer.errors ?? {});
    setTrouble(answer.error ?? '');
  };
  return (
    <Dialog kind="dialog" label={plainText(view.content['title'])} close={close}>
      <form
        class="dialog"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void send();
        }}
      >
        <header>
          <Avatar name="" isBot />
          <h2>{plainText(view.content['title'])}</h2>
          <button type="button" class="icon" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div ref={body} class="dialog-body">
          <SurfaceContext.Provider value={surface}>
            <Blocks blocks={blocksOfView(view)} />
          </SurfaceContext.Provider>
          {trouble && (
            <div class="trouble" role="alert">
              {trouble}
            </div>
          )}
        </div>
        <Foot view={view} busy={busy} close={close} />
      </form>
    </Dialog>
  );
}

function Foot({ view, busy, close }: { view: SlackView; busy: boolean; close: () => void }): VNode {
  return (
    <footer>
      <button type="button" class="element-button" onClick={close}>
        {plainText(view.content['close']) || 'Cancel'}
      </button>
      {view.content['submit'] !== undefined && (
        <button type="submit" class="element-button primary" aria-busy={busy}>
          {plainText(view.content['submit'])}
        </button>
      )}
    </footer>
  );
}
