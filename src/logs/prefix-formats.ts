/** Offset after the value that begins at `at`, or `at` when there is none. */
export type Format = (bytes: Uint8Array, at: number, end: number) => number;

/** How the value of an escape of log_line_prefix is written; `nothing` for an escape that prints nothing. */
export function formatOf(escape: string): Format | 'text' | 'nothing' {
  return FORMATS[escape] ?? 'nothing';
}

const FORMATS: Readonly<Record<string, Format | 'text'>> = {
  a: 'text',
  u: 'text',
  d: 'text',
  b: 'text',
  i: 'text',
  h: 'text',
  L: 'text',
  r: remote,
  t: (bytes, at, end) => timestamp(bytes, at, end, 19),
  s: (bytes, at, end) => timestamp(bytes, at, end, 19),
  m: (bytes, at, end) => timestamp(bytes, at, end, 23),
  n: (bytes, at, end) => pair(bytes, at, end, 46, isDigit),
  c: (bytes, at, end) => pair(bytes, at, end, 46, isHex),
  v: virtualTransaction,
  p: digits,
  P: digits,
  l: digits,
  x: digits,
  Q: (bytes, at, end) => (bytes[at] === 45 ? digits(bytes, at + 1, end) : digits(bytes, at, end)),
  e: sqlState,
};

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 97 && byte <= 102);
}

function isZone(byte: number): boolean {
  return isDigit(byte) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 43 || byte === 45;
}

function run(bytes: Uint8Array, at: number, end: number, belongs: (byte: number) => boolean): number {
  let stop = at;
  while (stop < end && belongs(bytes[stop] as number)) stop++;
  return stop;
}

function digits(bytes: Uint8Array, at: number, end: number): number {
  return run(bytes, at, end, isDigit);
}

/** `2026-11-28 15:03:20 UTC`, with milliseconds when `length` is 23. */
export function timestamp(bytes: Uint8Array, at: number, end: number, length: number): number {
  const zone = at + length + 1;
  if (zone >= end || bytes[zone - 1] !== 32 || !isTimeAt(bytes, at, length)) return at;
  let stop = zone;
  while (stop < end && isZone(bytes[stop] as number)) stop++;
  return stop > zone ? stop : at;
}

const PATTERN = Buffer.from('0000-00-00 00:00:00.000');

/** Whether `length` bytes are a date and a time, without a zone. */
export function isTimeAt(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const wanted = PATTERN[i] as number;
    const byte = bytes[at + i] as number;
    if (wanted === 48 ? !isDigit(byte) : byte !== wanted) return false;
  }
  return true;
}

/** Two runs with a sign between them, like `1764342200.123` or `692a3c5f.1b2c`. */
function pair(bytes: Uint8Array, at: number, end: number, sign: number, belongs: (byte: number) => boolean): number {
  const middle = run(bytes, at, end, belongs);
  if (middle === at || bytes[middle] !== sign) return at;
  const stop = run(bytes, middle + 1, end, belongs);
  return stop > middle + 1 ? stop : at;
}

function virtualTransaction(bytes: Uint8Array, at: number, end: number): number {
  return pair(bytes, at, end, 47, isDigit);
}

function sqlState(bytes: Uint8Array, at: number, end: number): number {
  const stop = run(bytes, at, Math.min(end, at + 5), (byte) => isDigit(byte) || (byte >= 65 && byte <= 90));
  return stop === at + 5 ? stop : at;
}

/** `[local]`, or a host and its port as `10.0.0.7(52110)`; an address of IPv6 has colons of its own. */
export function remote(bytes: Uint8Array, at: number, end: number): number {
  const farthest = Math.min(end, at + 256);
  let opened = at;
  for (; opened < farthest; opened++) {
    const byte = bytes[opened] as number;
    if (byte <= 32 || byte === 40 || byte === 93) break;
  }
  if (bytes[at] === 91 && bytes[opened] === 93) return opened + 1;
  if (bytes[opened] !== 40) return at;
  let closed = opened + 1;
  while (closed < end && isDigit(bytes[closed] as number)) closed++;
  return bytes[closed] === 41 ? closed + 1 : at;
}
