import type { RefObject, VNode } from 'preact';
import { Icon } from './icon.tsx';
import { useNames } from './names.ts';

type FormatBarProps = {
  input: RefObject<HTMLTextAreaElement | null>;
  write: (text: string) => void;
  /** True where commands may be typed. */
  slash: boolean;
};

const MARKS = [
  ['Bold', 'bold', '*'],
  ['Italic', 'italic', '_'],
  ['Strikethrough', 'strike', '~'],
  ['Code', 'code', '`'],
] as const;

/** The row under the words: it marks what is selected, mentions the app, begins a command. */
export function FormatBar({ input, write, slash }: FormatBarProps): VNode {
  const names = useNames();
  const change = (edit: (before: string, selected: string, after: string) => string): void => {
    const { current } = input;
    if (!current) return;
    const { value, selectionStart: from, selectionEnd: to } = current;
    write(edit(value.slice(0, from), value.slice(from, to), value.slice(to)));
  };
  const button = (label: string, icon: string, press: () => void): VNode => (
    <button key={label} type="button" class="format" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="format-bar" role="toolbar" aria-label="Formatting">
      {MARKS.map(([label, icon, mark]) =>
        button(label, icon, () => change((before, selected, after) => `${before}${mark}${selected}${mark}${after}`)),
      )}
      <i />
      {button('Mention the app', 'mention', () =>
        change((before, selected, after) => `${before}${selected}@${names.bot} ${after}`),
      )}
      {slash && button('Begin a command', 'slash', () => write('/db '))}
    </div>
  );
}
