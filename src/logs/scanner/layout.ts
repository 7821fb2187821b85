/** A prefix ends within so many bytes; whether a line begins an entry is decided on no more. */
export const LONGEST_PREFIX = 2_048;
/** So many known beginnings of lines are kept: a server has few users, databases and hosts at a time. */
export const MOST_BEGINNINGS = 16;
/** A longer beginning of a line is read anew each time. */
export const LONGEST_BEGINNING = 512;
/** Length, number, and the length of what follows; then for each 16 bytes the lowest that fit, and how far above it others do. */
export const BEGINNING_BYTES = 16 + 2 * LONGEST_BEGINNING;

export const CHAINS = 4_096;
export const MOST_IN_CHAIN = 8;
export const MOST_TEMPLATES = 16_384;
export const PROGRAM_WORDS = 1024 * 1024;
export const ARENA_BYTES = 4 * 1024 * 1024;
/** Statements longer than this come rarely twice. */
export const LONGEST_STATEMENT = 64 * 1024;

const WORD = 4;
/** What is read by sixteen bytes is read a bit beyond its end. */
const BEYOND = 64;

/** What the last search told besides its answer. */
export const NEXT_LINE = 0;
export const LINES_PASSED = NEXT_LINE + WORD;
export const DURATION = 16;
export const STATEMENT = DURATION + 8;

/** Where everything has its place in the scanner's memory, in bytes; words are aligned. */
export const KINDS = 64;
/** 1 for each byte that a line which begins an entry can begin with. */
export const FIRSTS = KINDS + 256;
export const BEGINNING_COUNT = FIRSTS + 256;
/** Addresses of the beginnings, the one that is tried first first. */
export const BEGINNING_ORDER = BEGINNING_COUNT + WORD;
export const BEGINNINGS = BEGINNING_ORDER + MOST_BEGINNINGS * WORD + 12;
/** The templates of each chain plus one, the one that is tried first first. */
export const CHAIN_TABLE = BEGINNINGS + MOST_BEGINNINGS * BEGINNING_BYTES;
/** For each template the address of its pieces, that of its program, and its target. */
export const TEMPLATES = CHAIN_TABLE + CHAINS * MOST_IN_CHAIN * WORD;
export const TEMPLATE_BYTES = 3 * WORD;
/** For each template: length of a piece, kind of the slot after it, and so on; the last kind is 0. */
export const PROGRAM = TEMPLATES + MOST_TEMPLATES * TEMPLATE_BYTES;
export const ARENA = PROGRAM + PROGRAM_WORDS * WORD;
/** Bytes of somebody else are copied to here when they are asked about. */
export const GUEST = ARENA + ARENA_BYTES + 16;
export const GUEST_BYTES = LONGEST_STATEMENT + BEYOND;
/** The log itself. */
export const HELD = GUEST + GUEST_BYTES;

/** The size of a memory that holds so many bytes of a log, in pages of WebAssembly. */
export function pagesFor(heldBytes: number): number {
  return Math.ceil((HELD + heldBytes + BEYOND) / 65_536);
}
