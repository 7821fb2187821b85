import type { Operation } from './model.ts';
import { serviceError } from './service-error.ts';
import { visibleOperations } from './visible.ts';

/** How the Lambda API cuts lists: "The default is 100 and the maximum allowed is 1000. A value of 0 uses the default." */
const DEFAULT_ITEMS = 100;
const MOST_ITEMS = 1000;

export type PageRequest = { marker?: string | undefined; maxItems?: number | undefined };
export type Page<T> = { items: readonly T[]; nextMarker?: string };

/**
 * One page of a list that only grows at its end. Throws `InvalidParameterValueException` for a marker that no page gave, and
 * for a size above 1000.
 */
export function pageOf<T>(all: readonly T[], { marker, maxItems }: PageRequest): Page<T> {
  const size = maxItems === undefined || maxItems === 0 ? DEFAULT_ITEMS : maxItems;
  if (!Number.isInteger(size) || size < 1 || size > MOST_ITEMS) {
    throw serviceError('InvalidParameterValueException', `MaxItems is a number from 0 to ${MOST_ITEMS}`);
  }
  const start = marker === undefined || marker === '' ? 0 : Number(marker);
  if (!Number.isInteger(start) || start < 0 || start > all.length) {
    throw serviceError('InvalidParameterValueException', 'the Marker is not one that this operation gave');
  }
  const end = start + size;
  const items = all.slice(start, end);
  return end < all.length ? { items, nextMarker: String(end) } : { items };
}

/** The part of an execution's state that one answer carries, as `Operations` and `NextMarker`. */
export function statePage(
  operations: readonly Operation[],
  request: PageRequest = {},
): { Operations: Operation[]; NextMarker?: string } {
  const { items, nextMarker } = pageOf(visibleOperations(operations), request);
  return { Operations: [...items], ...(nextMarker === undefined ? {} : { NextMarker: nextMarker }) };
}
