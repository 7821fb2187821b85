import { formatOf } from './prefix-formats.ts';
import type { PlainPiece } from './prefix-shortest.ts';

/** A name in a prefix is never longer: NAMEDATALEN is 64, host names have at most 255 bytes. */
const LONGEST_TEXT = 255;
/** More attempts than any line of a server needs; a line made to look ambiguous ends here. */
const MOST_ATTEMPTS = 2_000;

/** Matches the rest of a prefix from `at` and gives the offset of the message, or -1. */
export type Step = (bytes: Uint8Array, at: number, end: number) => number;

/** What the steps find, and how often they tried. */
export type Matching = { readonly spans: Int32Array; start: number; attempts: number };

/** The careful reading; `last` reads what follows the prefix. It goes back where a name holds the signs of the prefix. */
export function carefulReading(pieces: readonly PlainPiece[], matching: Matching, last: Step): Step {
  const first = pieces.reduceRight<Step>(
    (next, piece, i) => stepOf(piece, firstByteOf(pieces[i + 1]), next, last, matching),
    last,
  );
  return (bytes, at, end) => {
    matching.start = at;
    matching.attempts = 0;
    return first(bytes, at, end);
  };
}

/** The byte that a piece begins with, where it is always the same one. */
function firstByteOf(piece: PlainPiece | undefined): number | undefined {
  return piece !== undefined && 'literal' in piece ? piece.literal[0] : undefined;
}

function stepOf(piece: PlainPiece, follower: number | undefined, next: Step, last: Step, matching: Matching): Step {
  if ('literal' in piece) return literalStep(piece.literal, next);
  if (piece.escape === 'q') return sessionStep(next, last, matching);
  const format = formatOf(piece.escape);
  if (format === 'nothing') return next;
  const keep = keeperOf(piece.place, matching);
  if (format === 'text') return textStep(piece.width, follower, keep, next, matching);
  return formatStep(format, piece.width, keep, next);
}

function literalStep(literal: Uint8Array, next: Step): Step {
  const { length } = literal;
  return (bytes, at, end) => {
    if (at + length > end) return -1;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== literal[i]) return -1;
    return next(bytes, at + length, end);
  };
}

/** Processes that serve no session print nothing after %q. */
function sessionStep(next: Step, last: Step, matching: Matching): Step {
  const before = new Int32Array(matching.spans.length);
  return (bytes, at, end) => {
    before.set(matching.spans);
    const matched = next(bytes, at, end);
    if (matched >= 0) return matched;
    matching.spans.set(before);
    return last(bytes, at, end);
  };
}

type Keep = (start: number, end: number) => void;

function keeperOf(place: number, matching: Matching): Keep {
  if (place < 0) return () => {};
  return (start, end) => {
    matching.spans[place] = start - matching.start;
    matching.spans[place + 1] = end - matching.start;
  };
}

/** A field of a known form: as long as its form goes, then as wide as its padding; or nothing, where the process has no value. */
function formatStep(
  format: (bytes: Uint8Array, at: number, end: number) => number,
  width: number,
  keep: Keep,
  next: Step,
): Step {
  return (bytes, at, end) => {
    const start = width > 0 ? afterSpaces(bytes, at, end) : at;
    const stop = format(bytes, start, end);
    if (stop > start) {
      keep(start, stop);
      const padded = Math.max(stop, at + Math.abs(width));
      const matched = padded <= end && isBlank(bytes, stop, padded) ? next(bytes, padded, end) : -1;
      if (matched >= 0) return matched;
    }
    const empty = at + Math.abs(width);
    keep(at, at);
    return empty <= end && isBlank(bytes, at, empty) ? next(bytes, empty, end) : -1;
  };
}

/** A name can hold any character, so its end is the first place from which the rest of the prefix matches. */
function textStep(width: number, follower: number | undefined, keep: Keep, next: Step, matching: Matching): Step {
  return (bytes, at, end) => {
    const farthest = Math.min(end, at + Math.max(LONGEST_TEXT, Math.abs(width)));
    for (let stop = at + Math.abs(width); stop <= farthest; stop++) {
      if (follower !== undefined && bytes[stop] !== follower) continue;
      if (++matching.attempts > MOST_ATTEMPTS) return -1;
      const matched = next(bytes, stop, end);
      if (matched < 0) continue;
      keep(...trimmed(bytes, at, stop));
      return matched;
    }
    return -1;
  };
}

function trimmed(bytes: Uint8Array, at: number, stop: number): [start: number, end: number] {
  const start = afterSpaces(bytes, at, stop);
  let end = stop;
  while (end > start && bytes[end - 1] === 32) end--;
  return [start, end];
}

function afterSpaces(bytes: Uint8Array, at: number, end: number): number {
  let start = at;
  while (start < end && bytes[start] === 32) start++;
  return start;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return afterSpaces(bytes, start, end) === end;
}
