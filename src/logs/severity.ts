const SEVERITIES = [
  'LOG',
  'ERROR',
  'FATAL',
  'PANIC',
  'WARNING',
  'NOTICE',
  'INFO',
  'DEBUG',
  'DETAIL',
  'HINT',
  'CONTEXT',
  'STATEMENT',
  'QUERY',
  'LOCATION',
  'BACKTRACE',
] as const;

/** `foreign` is a word that is none of PostgreSQL's in English: lc_messages is another language. */
export type Severity = (typeof SEVERITIES)[number] | 'foreign';

type Known = { severity: Severity; length: number; word: Uint8Array };

const KNOWN: readonly Known[] = SEVERITIES.flatMap((severity) => {
  const words = severity === 'DEBUG' ? ['DEBUG', 'DEBUG1', 'DEBUG2', 'DEBUG3', 'DEBUG4', 'DEBUG5'] : [severity];
  return words.map((word) => ({ severity, length: word.length + 3, word: Buffer.from(`${word}:  `) }));
});
const BY_FIRST_BYTE = Array.from({ length: 256 }, (_, byte) => KNOWN.filter(({ word }) => word[0] === byte));
const LONGEST_FOREIGN = 32;

const LOG = KNOWN[0] as Known;

/** Nearly every entry of a busy server is one of these. */
function isLog(bytes: Uint8Array, at: number): boolean {
  const isWord = bytes[at] === 76 && bytes[at + 1] === 79 && bytes[at + 2] === 71;
  return isWord && bytes[at + 3] === 58 && bytes[at + 4] === 32 && bytes[at + 5] === 32;
}

/** The severity that begins at `at` and its length with the colon and the two spaces after it. */
export function severityAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { severity: Severity; length: number } | undefined {
  if (isLog(bytes, at) && at + LOG.length <= end) return LOG;
  for (const known of BY_FIRST_BYTE[at < end ? (bytes[at] as number) : 0] ?? [])
    if (stands(known.word, bytes, at, end)) return known;
  return foreignAt(bytes, at, end);
}

/** The severity that a column of its own holds from `start` to `end`. */
export function severityOf(bytes: Uint8Array, start: number, end: number): Severity {
  for (const { word, severity } of BY_FIRST_BYTE[bytes[start] as number] ?? [])
    if (end - start === word.length - 3 && isSame(word, bytes, start, end - start)) return severity;
  return 'foreign';
}

function isSame(word: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== word[i]) return false;
  return true;
}

function stands(word: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  return at + word.length <= end && isSame(word, bytes, at, word.length);
}

/** `FEHLER:  ` and the like: letters in capitals or of another script. */
function foreignAt(bytes: Uint8Array, at: number, end: number): { severity: Severity; length: number } | undefined {
  let stop = at;
  while (stop < end && stop - at < LONGEST_FOREIGN && isForeignLetter(bytes[stop] as number)) stop++;
  if (stop - at < 3 || stop + 3 > end) return undefined;
  const ends = bytes[stop] === 58 && bytes[stop + 1] === 32 && bytes[stop + 2] === 32;
  return ends ? { severity: 'foreign', length: stop + 3 - at } : undefined;
}

function isForeignLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte >= 128;
}
