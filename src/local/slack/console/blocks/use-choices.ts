import { useEffect, useRef, useState } from 'preact/hooks';
import { optionsOf } from '../../door/element-state.ts';
import type { JsonObject } from '../../json-fields.ts';
import { useNames } from '../names.ts';
import type { Handle } from '../surface.ts';
import { choicesIn, choicesOfAnswer, isExternal, matching } from './menu-choices.ts';
import type { Choice } from './menu-choices.ts';

/** Slack's own default of `min_query_length`. */
const LEAST_QUERY = 3;
const TYPING_PAUSE_MS = 150;

export type Choices = {
  /** What the menu shows for what was typed. */
  shown: readonly Choice[];
  /** Instead of lines: that the app is asked, that it must be asked for more, that it failed. */
  note: string;
  labelOf(value: string): string;
};

/** The lines of a menu: its own ones filtered here, or those that the app answers. */
export function useChoices(element: JsonObject, handle: Handle, open: boolean, query: string): Choices {
  const names = useNames();
  const external = isExternal(element);
  const [answer, setAnswer] = useState<{ choices: readonly Choice[]; note: string }>({ choices: [], note: '' });
  const seen = useRef(new Map<string, string>());
  const least = typeof element['min_query_length'] === 'number' ? element['min_query_length'] : LEAST_QUERY;
  useEffect(() => {
    if (!external || !open) return undefined;
    if (query.length < least) {
      setAnswer({ choices: [], note: `Type at least ${least} characters` });
      return undefined;
    }
    return askLater(handle, query, setAnswer);
  }, [external, open, query]);
  const own = external ? answer.choices : choicesIn(element, names);
  const initial = choicesOfAnswer({ options: optionsOf(element) });
  for (const { value, label } of [...initial, ...own]) seen.current.set(value, label);
  const shown = external ? own : matching(own, query);
  const nothing = shown.length === 0 ? 'No results' : '';
  return {
    shown,
    note: external ? answer.note || nothing : nothing,
    labelOf: (value) => seen.current.get(value) ?? value,
  };
}

/** Asks when the typing has paused; an answer that comes after the next key is dropped. */
function askLater(
  handle: Handle,
  query: string,
  take: (answer: { choices: readonly Choice[]; note: string }) => void,
): () => void {
  let dropped = false;
  const ask = async (): Promise<void> => {
    take({ choices: [], note: 'Loading…' });
    const answer = await handle.suggest(query);
    const failed = answer.error === undefined ? '' : 'The app did not answer. Try again.';
    if (!dropped) take({ choices: choicesOfAnswer(answer), note: failed });
  };
  const timer = setTimeout(() => void ask(), TYPING_PAUSE_MS);
  return () => {
    dropped = true;
    clearTimeout(timer);
  };
}
