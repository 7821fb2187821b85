import { Fault } from '../core/errors.ts';
import { leafTest, type Leaf } from './event-matcher.ts';

/** A pattern of EventBridge: arrays of allowed values at the leaves, `$or` between alternatives. */
export type EventPattern = { readonly [key: string]: unknown };

/**
 * True when the event has everything that the pattern asks for. An array in the event matches when one element does.
 * Throws an `invalid_request` fault for a pattern that EventBridge would refuse.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or' && Array.isArray(wanted))
      return wanted.some((alternative) => matchesPattern(Object(alternative), event));
    return matchesField(key, wanted, fieldsOf(event, key));
  });
}

function matchesField(key: string, wanted: unknown, values: readonly unknown[]): boolean {
  if (Array.isArray(wanted)) {
    const tests = wanted.map(leafTest);
    const leaves: Leaf[] = values.length === 0 ? [undefined] : values.map(leafOf);
    return leaves.some((leaf) => tests.some((test) => test(leaf)));
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const nested: EventPattern = Object(wanted);
    return values.length === 0
      ? matchesPattern(nested, undefined)
      : values.some((value) => matchesPattern(nested, value));
  }
  throw new Fault('invalid_request', `event pattern: "${key}" must be an object or an array of values`);
}

/** The values below a key; elements of arrays count one by one. */
function fieldsOf(event: unknown, key: string): unknown[] {
  if (Array.isArray(event)) return event.flatMap((element) => fieldsOf(element, key));
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, key)) return [];
  const value: unknown = Reflect.get(event, key);
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

function leafOf(value: unknown): Leaf {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value;
  return undefined;
}
