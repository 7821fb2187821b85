import type { VNode } from 'preact';

const MOST_SHOWN = 6;

/** What may follow the command, and whole examples that begin as what was typed. */
export function CommandHint(props: {
  text: string;
  hint: string;
  examples: readonly string[];
  choose: (example: string) => void;
}): VNode {
  const { text, hint, examples, choose } = props;
  const fitting = examples.filter((one) => one.startsWith(text) && one !== text).slice(0, MOST_SHOWN);
  return (
    <div class="command-hint">
      <div>
        <b>/db</b> <span>{hint}</span>
      </div>
      {fitting.map((example) => (
        <button key={example} type="button" onClick={() => choose(example)}>
          {example}
        </button>
      ))}
    </div>
  );
}
