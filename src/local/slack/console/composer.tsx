import { useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { useKept } from './kept.ts';

type ComposerProps = {
  label: string;
  placeholder: string;
  /** Resolves when it was taken. */
  send: (text: string) => Promise<void>;
  /** Absent in threads, where Slack has no slash commands. */
  commands?: { hint: string; examples: readonly string[] };
};

const MOST_KEPT = 50;

/** Where a message or a command is typed: Enter sends, the arrows go through what was typed before. */
export function Composer({ label, placeholder, send, commands }: ComposerProps): VNode {
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const [past, keepPast] = useKept<string[]>('nightshift.typed', []);
  const [back, setBack] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const submit = async (): Promise<void> => {
    const words = text.trim();
    if (words === '' || sending) return;
    setText('');
    setBack(0);
    keepPast([words, ...past.filter((one) => one !== words)].slice(0, MOST_KEPT));
    setSending(true);
    await send(words);
    setSending(false);
    input.current?.focus();
  };
  const walk = (step: number): void => {
    const next = Math.max(0, Math.min(past.length, back + step));
    setBack(next);
    setText(next === 0 ? '' : (past[next - 1] ?? ''));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      walk(event.key === 'ArrowUp' ? 1 : -1);
    }
  };
  const matching = commands?.examples.filter((one) => one.startsWith(text) && one !== text) ?? [];
  const choose = (example: string): void => {
    setText(example);
    input.current?.focus();
  };
  return (
    <div class="composer">
      {commands && text.startsWith('/') && (
        <div class="command-hint">
          <div>
            <b>/db</b> <span>{commands.hint}</span>
          </div>
          {matching.slice(0, 6).map((example) => (
            <button key={example} type="button" onClick={() => choose(example)}>
              {example}
            </button>
          ))}
        </div>
      )}
      <div class="composer-box">
        <input
          ref={input}
          aria-label={label}
          placeholder={placeholder}
          value={text}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="send"
          aria-label="Send"
          disabled={text.trim() === '' || sending}
          onClick={() => void submit()}
        >
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path d="M2 3l16 7-16 7 3-7-3-7zm3.8 6.2h6v1.6h-6z" fill="currentColor" />
          </svg>
        </button>
      </div>
    </div>
  );
}
