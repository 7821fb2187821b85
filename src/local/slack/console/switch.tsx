import { useState } from 'preact/hooks';
import type { VNode } from 'preact';

type SwitchProps = {
  name: string;
  title: string;
  what: string;
  on: boolean;
  turn: (on: boolean) => Promise<unknown>;
  fail: (why: string) => void;
};

/** A labelled switch that waits until what it switches has happened. */
export function Switch({ name, title, what, on, turn, fail }: SwitchProps): VNode {
  const [busy, setBusy] = useState(false);
  const press = async (): Promise<void> => {
    setBusy(true);
    await turn(!on).catch((thrown: unknown) => fail(String(thrown)));
    setBusy(false);
  };
  return (
    <button
      type="button"
      role="switch"
      class={`switch ${on ? 'on' : ''} ${busy ? 'busy' : ''}`}
      aria-checked={on}
      data-switch={name}
      disabled={busy}
      onClick={() => void press()}
    >
      <span class="switch-words">
        <b>{title}</b>
        <small>{what}</small>
      </span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}
