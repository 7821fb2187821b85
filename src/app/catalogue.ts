import type { CatalogueEntry } from '../core/operation.ts';
import { catalogue } from '../operations/catalogue.ts';

/** What is known of an operation without loading it. */
export function findEntry(id: string): CatalogueEntry | undefined {
  return catalogue.find((entry) => entry.id === id);
}
