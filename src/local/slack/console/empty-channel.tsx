import type { VNode } from 'preact';

/** The first minute: what to try. */
export function EmptyChannel({
  name,
  examples,
  run,
}: {
  name: string;
  examples: readonly string[];
  run: (text: string) => void;
}): VNode {
  return (
    <div class="empty">
      <h2>#{name}</h2>
      <p>Nightshift posts here. Ask it something:</p>
      <div class="events">
        {examples.map((example) => (
          <button key={example} type="button" class="element-button code" onClick={() => run(example)}>
            {example}
          </button>
        ))}
      </div>
    </div>
  );
}
