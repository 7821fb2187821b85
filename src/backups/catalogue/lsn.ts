const HALF = 2 ** 32;

/** `16/B374D848` as a number: exact up to 8 PB of WAL. */
export function lsnNumber(lsn: string): number {
  const [high = '0', low = '0'] = lsn.split('/');
  return Number.parseInt(high, 16) * HALF + Number.parseInt(low, 16);
}

/** The name of a segment, as PostgreSQL gives it. https://www.postgresql.org/docs/current/wal-internals.html */
export function segmentName(timeline: number, segment: number, segmentBytes: number): string {
  const perHigh = HALF / segmentBytes;
  return [timeline, Math.floor(segment / perHigh), segment % perHigh]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}
