import { createContext } from 'preact';
import { useContext, useMemo, useState } from 'preact/hooks';
import type { Json } from '../../../core/json.ts';
import { initialValue } from '../door/element-state.ts';
import { textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';

/** What is in the fields of a surface: by `block_id/action_id`. */
export type FieldValues = { readonly [name: string]: string };
export type SuggestAnswer = { options?: readonly Json[]; option_groups?: readonly Json[]; error?: string };

/** Where the elements of a surface send what a person does: `values` is what its fields hold. */
export type Actions = {
  /** Uses an element: button, menu, select outside of an input. Resolves when the app has acknowledged. */
  act(use: { blockId: string; actionId: string; value?: string; values: FieldValues }): Promise<void>;
  /** Asks the app what a menu offers. */
  suggest(question: { blockId: string; actionId: string; query: string }): Promise<SuggestAnswer>;
  /** Keeps a file for a file_input; its id. */
  upload(file: File): Promise<string>;
};

/** Where blocks are shown: a message, a modal, App Home or the gallery. */
export type Surface = Actions & {
  values: FieldValues;
  change(name: string, value: string): void;
  /** What the app found wrong, by block id. */
  errors: { readonly [blockId: string]: string };
};

const nowhere: Surface = {
  act: () => Promise.resolve(),
  suggest: () => Promise.resolve({}),
  upload: () => Promise.resolve(''),
  values: {},
  change: () => undefined,
  errors: {},
};

export const SurfaceContext = createContext<Surface>(nowhere);
/** The id of the block that is being shown. */
export const BlockIdContext = createContext('');

/** A surface that remembers what is in its fields. */
export function useSurfaceOf(actions: Actions, errors: Surface['errors'] = {}): Surface {
  const [values, setValues] = useState<FieldValues>({});
  return { ...actions, values, errors, change: (name, value) => setValues((before) => ({ ...before, [name]: value })) };
}

/** One element at its place. */
export type Handle = {
  blockId: string;
  actionId: string;
  /** What it holds now; undefined when it holds nothing. */
  value: string | undefined;
  error: string | undefined;
  /** Takes a new value, without telling the app. */
  change(value: string): void;
  /** Tells the app that it was used. */
  use(value?: string): Promise<void>;
  suggest(query: string): Promise<SuggestAnswer>;
  upload(file: File): Promise<string>;
};

export function useElement(element: JsonObject): Handle {
  const surface = useContext(SurfaceContext);
  const blockId = useContext(BlockIdContext);
  const actionId = textAt(element, 'action_id') ?? '';
  const name = `${blockId}/${actionId}`;
  const initial = useMemo(() => initialValue(element), [element]);
  return {
    blockId,
    actionId,
    value: surface.values[name] ?? initial,
    error: surface.errors[blockId],
    change: (value) => surface.change(name, value),
    use: (value) =>
      surface.act({ blockId, actionId, values: surface.values, ...(value === undefined ? {} : { value }) }),
    suggest: (query) => surface.suggest({ blockId, actionId, query }),
    upload: (file) => surface.upload(file),
  };
}
