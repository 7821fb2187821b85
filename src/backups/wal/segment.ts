import { hex8 } from '../layout.ts';

/** One file of WAL: its timeline, and where it begins. */
export type Segment = { timeline: number; startLsn: bigint };

/**
 * The name of a segment file: timeline, the upper half of the position, the number within it.
 * https://www.postgresql.org/docs/current/wal-internals.html
 */
export function segmentName({ timeline, startLsn }: Segment, segmentBytes: number): string {
  const perLog = 0x1_0000_0000n / BigInt(segmentBytes);
  const number = startLsn / BigInt(segmentBytes);
  return hex8(timeline) + hex8(Number(number / perLog)) + hex8(Number(number % perLog));
}

/** Undefined where it is no name of a segment of this size. */
export function segmentOf(name: string, segmentBytes: number): Segment | undefined {
  const [, timeline = '', log = '', number = ''] = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/.exec(name) ?? [];
  const startLsn = (BigInt(`0x0${log}`) << 32n) + BigInt(`0x0${number}`) * BigInt(segmentBytes);
  const segment = { timeline: Number.parseInt(timeline, 16), startLsn };
  return segmentName(segment, segmentBytes) === name ? segment : undefined;
}

/** Where the segment begins that holds this position. */
export function segmentStart(lsn: bigint, segmentBytes: number): bigint {
  return lsn - (lsn % BigInt(segmentBytes));
}
