import * as z from 'zod/mini';
import { limits } from './limits.ts';

/** What a button carries. `o`, `t`, `a`: operation, target, words after it. `k`, `r`, `h`: a yes or no to a run's plan hash. */
const ButtonValueShape = z.union([
  z.strictObject({ o: z.string().check(z.minLength(1)), t: z.string(), a: z.array(z.string()) }),
  z.strictObject({
    k: z.enum(['approve', 'refuse']),
    r: z.string().check(z.minLength(1)),
    h: z.string().check(z.minLength(1)),
  }),
]);
export type ButtonValue = z.infer<typeof ButtonValueShape>;

/** The value as Slack keeps it; undefined when it is longer than Slack allows. */
export function encodeButtonValue(value: ButtonValue): string | undefined {
  const text = JSON.stringify(value);
  return text.length <= limits.buttonValueCharacters ? text : undefined;
}

/** The value inside a click; undefined when it is not one of ours. */
export function decodeButtonValue(text: string | undefined): ButtonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return ButtonValueShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
