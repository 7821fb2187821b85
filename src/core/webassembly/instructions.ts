/**
 * Instructions of WebAssembly as functions: each gives the bytes of an expression, with the bytes of its operands before them.
 * https://webassembly.github.io/spec/core/binary/instructions.html
 */
export type Code = readonly number[];
/** A number stands for the constant. */
export type Operand = Code | number;

/** The type of all parameters and results, and of locals unless they are floats. */
export const I32 = 0x7f;
export const F64 = 0x7c;
/** Sixteen bytes. */
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof F64 | typeof V128;
const NO_RESULT = 0x40;
const SIMD = 0xfd;

export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

function codeOf(operand: Operand): Code {
  return typeof operand === 'number' ? [0x41, ...signed(operand | 0)] : operand;
}

type Unary = (value: Operand) => Code;
type Binary = (left: Operand, right: Operand) => Code;

function unary(...opcode: number[]): Unary {
  return (value) => [...codeOf(value), ...opcode];
}

function binary(...opcode: number[]): Binary {
  return (left, right) => [...codeOf(left), ...codeOf(right), ...opcode];
}

export const not = unary(0x45);
export const equal = binary(0x46);
export const differ = binary(0x47);
export const isNegative = (value: Operand): Code => [...codeOf(value), ...codeOf(0), 0x48];
/** Comparisons take both sides for numbers without a sign, as addresses are. */
export const isLess = binary(0x49);
export const isMore = binary(0x4b);
export const isAtLeast = binary(0x4f);
export const trailingZeros = unary(0x68);
export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const and = binary(0x71);
export const or = binary(0x72);
export const xor = binary(0x73);
export const shiftRight = binary(0x76);
export const shiftLeft = binary(0x74);
/** Of numbers without a sign. */
export const remainder = binary(0x70);

/** What stands in memory: a byte, four of them as a number, or sixteen. */
export const byteAt = (address: Operand): Code => [...codeOf(address), 0x2d, 0, 0];
export const wordAt = (address: Operand, offset = 0): Code => [...codeOf(address), 0x28, 0, ...unsigned(offset)];
export const putWord = (address: Operand, word: Operand): Code => [...codeOf(address), ...codeOf(word), 0x36, 0, 0];
export const sixteenAt = (address: Operand, offset = 0): Code => [
  ...codeOf(address),
  SIMD,
  0x00,
  0,
  ...unsigned(offset),
];

export const putSixteen = (address: Operand, sixteen: Operand, offset = 0): Code => [
  ...codeOf(address),
  ...codeOf(sixteen),
  SIMD,
  0x0b,
  0,
  ...unsigned(offset),
];

/** Sixteen bytes at once: each byte of the answer tells of the two bytes in its place. */
export const sixteenOf = unary(SIMD, 0x0f);
export const sixteenEqual = binary(SIMD, 0x23);
export const sixteenDiffer = binary(SIMD, 0x24);
export const sixteenAtMost = binary(SIMD, 0x2a);
export const sixteenSubtract = binary(SIMD, 0x71);
export const areAllTrue = unary(SIMD, 0x63);
/** A bit for each of the sixteen, the lowest for the first. */
export const bitsOf = unary(SIMD, 0x64);

/** Sixteen bytes as four numbers. */
export const sixteenXor = binary(SIMD, 0x51);
export const fourMultiply = binary(SIMD, 0xb5, 0x01);
export const fourShiftRight = binary(SIMD, 0xad, 0x01);
export const fourOf = unary(SIMD, 0x11);
export const numberOf = (four: Operand, lane: number): Code => [...codeOf(four), SIMD, 0x1b, lane];

/** Numbers of 64 bits; addresses are none. A whole number becomes one by `float`. */
export const float = (value: Operand): Code => [...codeOf(value), 0xb8];
export const addFloats = binary(0xa0);
export const multiplyFloats = binary(0xa2);
export const divideFloats = binary(0xa3);
export const putFloat = (address: Operand, value: Operand): Code => [...codeOf(address), ...codeOf(value), 0x39, 0, 0];

export type Local = readonly [0x20, number];

export const set = ([, index]: Local, value: Operand): Code => [...codeOf(value), 0x21, index];
export const increase = (local: Local, by: Operand): Code => set(local, add(local, by));
export const giveBack = (value: Operand): Code => [...codeOf(value), 0x0f];

export function when(condition: Operand, ...body: Code[]): Code {
  return [...codeOf(condition), 0x04, NO_RESULT, ...body.flat(), 0x0b];
}

export function whileIs(condition: Operand, ...body: Code[]): Code {
  const leaveUnless = [...codeOf(condition), 0x45, 0x0d, 1];
  return [0x02, NO_RESULT, 0x03, NO_RESULT, ...leaveUnless, ...body.flat(), 0x0c, 0, 0x0b, 0x0b];
}

/** Whether both are true; the second one is asked only when the first one is. */
export function both(first: Operand, second: Operand): Code {
  return [...codeOf(first), 0x04, I32, ...codeOf(second), 0x05, ...codeOf(0), 0x0b];
}

export function call(index: number, values: readonly Operand[]): Code {
  return [...values.flatMap(codeOf), 0x10, ...unsigned(index)];
}
