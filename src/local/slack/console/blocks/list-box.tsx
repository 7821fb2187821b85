import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { stepOf } from '../arrow-keys.ts';
import { Icon } from '../icon.tsx';
import type { Choice } from './menu-choices.ts';

type ListBoxProps = {
  label: string;
  choices: readonly Choice[];
  /** Shown instead of choices. */
  note: string;
  chosen: readonly string[];
  several: boolean;
  query: string;
  search: (query: string) => void;
  choose: (value: string) => void;
};

/** A searchable list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/): typing filters, arrows move, Enter chooses. */
export function ListBox({ label, choices, note, chosen, several, query, search, choose }: ListBoxProps): VNode {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const start = choices.findIndex(({ value }) => chosen.includes(value));
  const [at, setAt] = useState(Math.max(0, start));
  useLayoutEffect(() => input.current?.focus(), []); // before the next key arrives
  useEffect(() => list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' }), [at, choices]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = event.key === 'Home' || event.key === 'End' ? undefined : stepOf(event.key, at, choices.length);
    const value = choices[at]?.value;
    if (next !== undefined) setAt(next);
    else if (event.key === 'Enter' && !event.isComposing && value !== undefined) choose(value);
    else if (event.key !== 'Enter') return;
    event.preventDefault();
  };
  return (
    <>
      <input
        ref={input}
        class="menu-search"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={choices.length > 0 ? `${listId}-${at}` : undefined}
        placeholder="Search"
        autocomplete="off"
        value={query}
        onInput={(event) => {
          setAt(0);
          search(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} class="options" id={listId} role="listbox" aria-label={label} aria-multiselectable={several}>
        {note !== '' && (
          <div class="menu-note" role="status">
            {note}
          </div>
        )}
        {choices.map((choice, index) => (
          <Line
            key={choice.value}
            id={`${listId}-${index}`}
            choice={choice}
            heading={choice.group !== choices[index - 1]?.group ? choice.group : ''}
            active={index === at}
            chosen={chosen.includes(choice.value)}
            choose={() => choose(choice.value)}
          />
        ))}
      </div>
    </>
  );
}

type LineProps = { id: string; choice: Choice; heading: string; active: boolean; chosen: boolean; choose: () => void };

function Line({ id, choice, heading, active, chosen, choose }: LineProps): VNode {
  return (
    <>
      {heading !== '' && <div class="menu-group">{heading}</div>}
      <div
        id={id}
        role="option"
        class={`option ${active ? 'active' : ''}`}
        aria-selected={chosen}
        onPointerDown={(event) => event.preventDefault()}
        onClick={choose}
      >
        <span>
          {choice.label}
          {choice.description !== '' && <small>{choice.description}</small>}
        </span>
        {chosen && <Icon name="check" />}
      </div>
    </>
  );
}
