import { BLANK, DIGIT, KIND } from './bytes.ts';
import * as shapes from './shape.ts';
import type { Shape } from './shape.ts';

/** After these words an expression begins, so a sign belongs to its number. After any other word it is an operator. */
const BEFORE_EXPRESSION = new Set(
  (
    'select and or not then else when in between limit offset by values return returning like ilike where on having set ' +
    'default from to using case distinct all any some is check if elsif while array row execute call as first next fetch'
  ).split(' '),
);
const LONGEST = 9;

/** Whether the one sign at `at` is the sign of a number that follows, and so a part of the literal. */
export function takesSign(shape: Shape, bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at] !== 45 && bytes[at] !== 43) return false;
  let next = at + 1;
  while (next < end && KIND[bytes[next] as number] === BLANK) next++;
  if (bytes[next] === 46) next++;
  if (next >= end || KIND[bytes[next] as number] !== DIGIT) return false;
  return shape.last === shapes.WORD ? isKeyword(shape) : shape.last !== shapes.LITERAL && shape.last !== shapes.CLOSE;
}

function isKeyword(shape: Shape): boolean {
  const { wordStart, length } = shape;
  if (length - wordStart > LONGEST) return false;
  return BEFORE_EXPRESSION.has(Buffer.from(shape.bytes.buffer, wordStart, length - wordStart).toString('latin1'));
}
