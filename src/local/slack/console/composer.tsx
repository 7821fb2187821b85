import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { CommandHint } from './command-hint.tsx';
import { FormatBar } from './format-bar.tsx';
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
const MOST_PIXELS = 200;

/** Where a message or a command is typed: Enter sends, Shift+Enter breaks the line, the arrows go through what was typed before. */
export function Composer({ label, placeholder, send, commands }: ComposerProps): VNode {
  const [text, setText] = useState('');
  const [sending, setSending] = useState(false);
  const [past, keepPast] = useKept<string[]>('nightshift.typed', []);
  const [back, setBack] = useState(0);
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => fitHeight(input.current), [text]);
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
    if (event.isComposing) return;
    const step = arrowStep(event, input.current);
    if (event.key === 'Enter' && !event.shiftKey) void submit();
    else if (step !== 0 && (text === '' || back > 0)) walk(step);
    else return;
    event.preventDefault();
  };
  const write = (next: string): void => {
    setText(next);
    input.current?.focus();
  };
  return (
    <div class="composer">
      {commands && text.startsWith('/') && <CommandHint text={text} {...commands} choose={write} />}
      <div class="composer-box">
        <textarea
          ref={input}
          rows={1}
          aria-label={label}
          placeholder={placeholder}
          value={text}
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => {
            setBack(0);
            setText(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <div class="composer-foot">
          <FormatBar input={input} write={write} slash={commands !== undefined} />
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
    </div>
  );
}

/** 1 for what was typed before, -1 for what was typed after; 0 where the arrow moves inside of several lines. */
function arrowStep({ key }: KeyboardEvent, field: HTMLTextAreaElement | null): number {
  if (!field || field.value.includes('\n')) return 0;
  return { ArrowUp: 1, ArrowDown: -1 }[key] ?? 0;
}

function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  field.style.height = `${Math.min(MOST_PIXELS, field.scrollHeight)}px`;
}
