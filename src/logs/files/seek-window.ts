import { open, type FileHandle } from 'node:fs/promises';
import type { LogFormat } from '../format.ts';
import { compressionOf } from './compression.ts';
import type { Range } from './chunks.ts';
import { sideFinderOf, timeFinderOf, type Side, type TimeWindow } from './time-window.ts';

/** A search ends when so much is left; reading it costs less than another look. */
const NEAR_BYTES = 4 * 1024 * 1024;
const LOOK_BYTES = 256 * 1024;
const LOOKS = 64;
/** Sessions write a little out of order: from either end so much more is read. */
const MARGIN_BYTES = 1024 * 1024;

/**
 * The range of a file that a window can lie in, found by halving, since a log is in order of time; the whole file when it is packed or
 * small. Gives undefined when the file cannot be opened, which whoever reads it says better.
 */
export async function seekWindow(path: string, format: LogFormat, window: TimeWindow): Promise<Range | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      return await searched(file, format, window);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function searched(file: FileHandle, format: LogFormat, window: TimeWindow): Promise<Range> {
  const { size } = await file.stat();
  const whole = { fromByte: 0, toByte: size };
  const buffer = Buffer.allocUnsafe(LOOK_BYTES);
  const { bytesRead } = await file.read(buffer, 0, 16, 0);
  if (size <= NEAR_BYTES || compressionOf(buffer.subarray(0, bytesRead)) !== 'none') return whole;
  const sideAt = sideLooker(file, buffer, format, window);
  if (!(await isInOrder(size, sideAt))) return whole;
  const from = window.since === undefined ? 0 : (await halved(0, size, async (at) => (await sideAt(at)) === -1)).low;
  const to =
    window.until === undefined ? size : (await halved(from, size, async (at) => (await sideAt(at)) !== 1)).high;
  return { fromByte: Math.max(0, from - MARGIN_BYTES), toByte: Math.min(size, to + MARGIN_BYTES) };
}

type SideLooker = (at: number) => Promise<Side>;

/** Several logs in one file, one after the other, are in no order; a few looks all over it show that. */
async function isInOrder(size: number, sideAt: SideLooker): Promise<boolean> {
  let before: Side = -1;
  for (let n = 0; n < LOOKS; n++) {
    const side = await sideAt(Math.floor((size / LOOKS) * n));
    if (side < before) return false;
    before = side;
  }
  return true;
}

/** Where a condition that holds at the beginning stops to hold, between `low` and `high`. */
async function halved(
  low: number,
  high: number,
  holds: (at: number) => Promise<boolean>,
): Promise<{ low: number; high: number }> {
  while (high - low > NEAR_BYTES) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return { low, high };
}

/** The side of the first line with a time at or after a place. Where none is near, the place counts as inside: it is read. */
function sideLooker(file: FileHandle, buffer: Buffer, format: LogFormat, window: TimeWindow): SideLooker {
  const timeIn = timeFinderOf(format);
  const sideAt = sideFinderOf(window);
  return async (at) => {
    const { bytesRead } = await file.read(buffer, 0, LOOK_BYTES, at);
    let start = buffer.indexOf(10) + 1;
    while (start > 0 && start < bytesRead) {
      const newline = buffer.indexOf(10, start);
      const end = newline < 0 || newline > bytesRead ? bytesRead : newline;
      const time = timeIn(buffer, start, end);
      if (time >= 0) return sideAt(buffer, time, end);
      start = end + 1;
    }
    return 0;
  };
}
