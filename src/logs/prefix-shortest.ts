import { formatOf, remote, timestamp } from './prefix-formats.ts';

/** A piece of a prefix: bytes that stand in it, or an escape with its padding and the place of its span (-1: not kept). */
export type PlainPiece = { literal: Uint8Array } | { escape: string; width: number; place: number };

const BYTE = 0;
const TEXT = 1;
const TIMESTAMP = 2;
const DIGITS = 3;
const REMOTE = 4;
const SESSION = 5;

/**
 * Tries the shortest reading of a line only, in one loop without calls back: nearly every line is read by it. It gives the
 * offset after the prefix, or -1: the line may still match with another reading. undefined for a prefix that has none.
 */
export type ShortestReading = (bytes: Uint8Array, start: number, end: number, spans: Int32Array) => number;

export function shortestReading(pieces: readonly PlainPiece[]): ShortestReading | undefined {
  const steps = pieces.flatMap((piece, i) => stepsOf(piece, pieces[i + 1]));
  if (steps.includes(undefined)) return undefined;
  const program = Int32Array.from(steps.flatMap((step) => step ?? []));
  return (bytes, start, end, spans) => run(program, bytes, start, end, spans);
}

type Step = readonly [code: number, argument: number, place: number];

/** Code and argument of the escapes whose values end by their own form. */
const STEP_OF: Readonly<Record<string, readonly [code: number, argument: number]>> = {
  q: [SESSION, 0],
  t: [TIMESTAMP, 19],
  s: [TIMESTAMP, 19],
  m: [TIMESTAMP, 23],
  r: [REMOTE, 0],
  p: [DIGITS, 0],
  l: [DIGITS, 0],
};

function stepsOf(piece: PlainPiece, next: PlainPiece | undefined): (Step | undefined)[] {
  if ('literal' in piece) return Array.from(piece.literal, (byte) => [BYTE, byte, -1] as const);
  const { escape, width, place } = piece;
  if (width !== 0) return [undefined];
  const known = STEP_OF[escape];
  if (known !== undefined) return [[...known, place]];
  const isEnded = next !== undefined && 'literal' in next && formatOf(escape) === 'text';
  return isEnded ? [[TEXT, next.literal[0] as number, place]] : [undefined];
}

function run(program: Int32Array, bytes: Uint8Array, start: number, end: number, spans: Int32Array): number {
  let at = start;
  for (let i = 0; i < program.length; i += 3) {
    const code = program[i] as number;
    const argument = program[i + 1] as number;
    if (code === BYTE) {
      if (at >= end || bytes[at] !== argument) return -1;
      at++;
      continue;
    }
    const stop = stopOf(code, argument, bytes, at, end);
    if (stop < 0) return -1;
    const place = program[i + 2] as number;
    if (place >= 0) {
      spans[place] = at - start;
      spans[place + 1] = stop - start;
    }
    at = stop;
  }
  return at;
}

function stopOf(code: number, argument: number, bytes: Uint8Array, at: number, end: number): number {
  switch (code) {
    case TIMESTAMP: {
      const stop = timestamp(bytes, at, end, argument);
      return stop === at ? -1 : stop;
    }
    case TEXT:
      return textEnd(argument, bytes, at, end);
    case DIGITS:
      return digitsEnd(bytes, at, end);
    case REMOTE:
      return remote(bytes, at, end);
    default:
      return at;
  }
}

/** A blank at an end would be padding or a part of the name: the careful reading decides. */
function textEnd(follower: number, bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] !== follower) stop++;
  if (stop - at > 255 || bytes[at] === 32) return -1;
  return stop > at && bytes[stop - 1] === 32 ? -1 : stop;
}

function digitsEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at;
  while (stop < end && (bytes[stop] as number) >= 48 && (bytes[stop] as number) <= 57) stop++;
  return stop;
}
