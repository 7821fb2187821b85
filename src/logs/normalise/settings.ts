import type { Shape } from './shape.ts';

/** A name with a dot is the application's own: what it is set to is data, with quotes or without. */
const OWN_SETTING =
  /^(?:alter (?:role|user|database|system) .{0,200}?)?set (?:session |local )?[\w$"]+(?:\.[\w$"]+)+ (?:=|to) /;
const LONGEST = 400;
const MARK = 63;

/** Writes `?` for the value of a setting of the application: `set app.customer = ?`. */
export function foldSetting(shape: Shape): void {
  const { bytes, length } = shape;
  const isAlter = bytes[0] === 97 && bytes[1] === 108 && bytes[2] === 116;
  const isSet = bytes[0] === 115 && bytes[1] === 101 && bytes[2] === 116 && bytes[3] === 32;
  if (!isAlter && !isSet) return;
  const found = OWN_SETTING.exec(Buffer.from(bytes.buffer, 0, Math.min(length, LONGEST)).toString('latin1'));
  if (found === null) return;
  bytes[found[0].length] = MARK;
  shape.length = found[0].length + 1;
}
