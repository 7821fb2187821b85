import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Where blocks are shown: in a message, a modal or App Home. It knows what their elements do. */
export type Surface = {
  /** Uses an element: button, menu, select outside of an input. */
  act(actionId: string, value?: string): Promise<void>;
  /** Only in modals: what is in the fields, by block id. */
  values?: { readonly [blockId: string]: string };
  errors?: { readonly [blockId: string]: string };
  change?(blockId: string, value: string): void;
};

export const SurfaceContext = createContext<Surface>({ act: () => Promise.resolve() });

export function useSurface(): Surface {
  return useContext(SurfaceContext);
}
