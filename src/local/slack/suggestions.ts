import { textAt } from './json-fields.ts';
import type { JsonObject } from './json-fields.ts';

/** Where a menu stands: `place` is a message's ts or a view's id. */
export type MenuPlace = { place: string; blockId: string; actionId: string };

/** The options that the app gave for menus whose options come from it, until the stand-in stops. */
export type Suggestions = {
  keep(where: MenuPlace, options: readonly JsonObject[]): void;
  /** Everything that was ever offered there: what a person chose may come from an earlier answer. */
  offered(where: MenuPlace): readonly JsonObject[];
};

export function createSuggestions(): Suggestions {
  const offered = new Map<string, Map<string, JsonObject>>();
  const keyOf = ({ place, blockId, actionId }: MenuPlace): string => JSON.stringify([place, blockId, actionId]);
  return {
    keep: (where, options) => {
      const known = offered.get(keyOf(where)) ?? new Map<string, JsonObject>();
      for (const option of options) known.set(textAt(option, 'value') ?? '', option);
      offered.set(keyOf(where), known);
    },
    offered: (where) => [...(offered.get(keyOf(where))?.values() ?? [])],
  };
}
