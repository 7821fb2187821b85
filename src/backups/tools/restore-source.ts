import { hex8 } from '../layout.ts';
import type { WalObject } from '../catalogue/listing.ts';
import type { RestoreSource } from '../restore/choose.ts';
import { storeCatalogueOf, type ToolCatalogue } from './tool-catalogue.ts';

/** Pure: what a tool has, so that it can be chosen from as from a store of ours. Its segments bear the names that ours have. */
export function restoreSourceOf(target: string, tool: ToolCatalogue, at: string): RestoreSource {
  const [place] = storeCatalogueOf(target, tool, at).places;
  if (place === undefined) throw new TypeError('a catalogue of a tool has one place');
  const walObjects = place.walObjects.map((segment) => ({ ...segment, key: nameOf(segment) }));
  const youngest = walObjects.reduce((most, { timeline }) => Math.max(most, timeline), 1);
  const histories = new Map(tool.history === undefined ? [] : [[youngest, tool.history]]);
  return { place: { ...place, walObjects }, histories };
}

function nameOf({ timeline, high, low }: WalObject): string {
  return `${[timeline, high, low].map(hex8).join('')}.zst`;
}
