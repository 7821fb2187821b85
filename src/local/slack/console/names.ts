import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Display names by id. */
export type Names = { user(id: string): string; channel(id: string): string };

export const NamesContext = createContext<Names>({ user: (id) => id, channel: (id) => id });

export function useNames(): Names {
  return useContext(NamesContext);
}
