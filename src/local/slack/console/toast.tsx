import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';

const SHOWN_MS = 6000;

/** A sentence that goes by itself. */
export function Toast({ text, done }: { text: string; done: () => void }): VNode | null {
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(done, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text]);
  if (text === '') return null;
  return (
    <div class="toast" role="alert">
      {text}
    </div>
  );
}
