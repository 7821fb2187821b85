import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';

type DialogProps = {
  label: string;
  kind: 'dialog' | 'alertdialog';
  class?: string;
  /** Called for Escape and for the cross; the dialog stays until it is no longer shown. */
  close: () => void;
  children: ComponentChildren;
};

const FIRST = '.dialog-body .field:not(:disabled), .dialog-body input, .dialog-body button, footer button';

/** A dialog over the page: the focus stays inside and goes back when it closes; Escape closes it. */
export function Dialog({ label, kind, class: more = '', close, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const leaving = useRef(false);
  useLayoutEffect(() => {
    const { current } = dialog;
    if (!current) return undefined;
    current.showModal();
    current.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      leaving.current = true;
      current.close(); // gives the focus back to what opened it
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`veil ${more}`}
      role={kind}
      aria-modal="true"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A browser may close a dialog without asking, when Escape is pressed again and again.
      onClose={() => !leaving.current && close()}
    >
      {children}
    </dialog>
  );
}
