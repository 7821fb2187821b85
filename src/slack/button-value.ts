import * as v from 'valibot';
import { limits } from './limits.ts';

/** What a button carries. `o`, `t`, `a`: operation, target, words after it. `k`, `r`, `h`: a yes or no to a run's plan hash. */
const ButtonValueShape = v.union([
  v.strictObject({ o: v.pipe(v.string(), v.minLength(1)), t: v.string(), a: v.array(v.string()) }),
  v.strictObject({
    k: v.picklist(['approve', 'refuse']),
    r: v.pipe(v.string(), v.minLength(1)),
    h: v.pipe(v.string(), v.minLength(1)),
  }),
]);
export type ButtonValue = v.InferOutput<typeof ButtonValueShape>;

/** The value as Slack keeps it; undefined when it is longer than Slack allows. */
export function encodeButtonValue(value: ButtonValue): string | undefined {
  const text = JSON.stringify(value);
  return text.length <= limits.buttonValueCharacters ? text : undefined;
}

/** The value inside a click; undefined when it is not one of ours. */
export function decodeButtonValue(text: string | undefined): ButtonValue | undefined {
  if (text === undefined) return undefined;
  try {
    const read = v.safeParse(ButtonValueShape, JSON.parse(text));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}
