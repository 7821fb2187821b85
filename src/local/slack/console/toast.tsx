import { useEffect, useRef } from 'preact/hooks';
import type { VNode } from 'preact';

const SHOWN_MS = 6000;

/** A sentence that goes by itself. */
export function Toast({ text, done }: { text: string; done: () => void }): VNode | null {
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(done, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.showPopover(), [text]); // above an open dialog
  if (text === '') return null;
  return (
    <div ref={box} class="toast" role="alert" popover="manual">
      {text}
    </div>
  );
}
