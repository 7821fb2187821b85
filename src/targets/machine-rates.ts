import type { MachineMetric, Measured } from './machine.ts';

/** What only grows from the start of a machine on: two looks give rates. Times in seconds, sizes in bytes. */
export type Counters = {
  /** When they were read, by the clock of the machine where it tells its time. */
  atSeconds: number;
  /** When the machine was started; null where that is not told. */
  bootSeconds: number | null;
  cpu: { busySeconds: number; totalSeconds: number } | null;
  network: { receivedBytes: number; sentBytes: number } | null;
  /** Pages of memory that were written out and read back in. */
  swappedPages: number | null;
  /** Of the disk with the data; null where it is not known. */
  disk: DiskCounters | null;
};
export type DiskCounters = {
  device: string;
  reads: number;
  writes: number;
  readSeconds: number;
  writeSeconds: number;
  readBytes: number;
  writtenBytes: number;
  /** Seconds that requests have waited or been served, all of them added up. */
  queueSeconds: number;
};

type Measures = { readonly [N in MachineMetric]?: Measured };

/** A clock that is set moves the time of the start by so much. */
const SAME_BOOT_SECONDS = 60;

/** A number that was seen once. */
export function measuredOnce(value: number): Measured {
  return { latest: value, lowest: value, highest: value, mean: value, points: 1 };
}

/**
 * Pure: what happened between two looks, as rates; undefined where the machine was started anew in between, or no time went by.
 * A counter that went down tells nothing.
 */
export function ratesBetween(before: Counters, now: Counters): { measures: Measures; overSeconds: number } | undefined {
  const overSeconds = now.atSeconds - before.atSeconds;
  if (overSeconds <= 0 || wasStarted(before, now)) return undefined;
  return {
    overSeconds,
    measures: {
      ...cpuOf(before, now),
      ...diskOf(before, now, overSeconds),
      ...perSecond('receivedBytesPerSecond', before.network?.receivedBytes, now.network?.receivedBytes, overSeconds),
      ...perSecond('sentBytesPerSecond', before.network?.sentBytes, now.network?.sentBytes, overSeconds),
      ...perSecond('swappedPagesPerSecond', before.swappedPages, now.swappedPages, overSeconds),
    },
  };
}

function wasStarted({ bootSeconds: then }: Counters, { bootSeconds: since }: Counters): boolean {
  return then !== null && since !== null && Math.abs(since - then) > SAME_BOOT_SECONDS;
}

function cpuOf({ cpu: then }: Counters, { cpu: since }: Counters): Measures {
  const total = grown(then?.totalSeconds, since?.totalSeconds);
  const busy = grown(then?.busySeconds, since?.busySeconds);
  if (total === undefined || busy === undefined || total === 0) return {};
  return { cpuPercent: measuredOnce(Math.min(100, (busy / total) * 100)) };
}

function diskOf({ disk: then }: Counters, { disk: since }: Counters, overSeconds: number): Measures {
  if (!then || !since || then.device !== since.device) return {};
  const [reads, writes] = [grown(then.reads, since.reads), grown(then.writes, since.writes)];
  return {
    ...perSecond('readsPerSecond', then.reads, since.reads, overSeconds),
    ...perSecond('writesPerSecond', then.writes, since.writes, overSeconds),
    ...perSecond('readBytesPerSecond', then.readBytes, since.readBytes, overSeconds),
    ...perSecond('writtenBytesPerSecond', then.writtenBytes, since.writtenBytes, overSeconds),
    ...perSecond('queueDepth', then.queueSeconds, since.queueSeconds, overSeconds),
    ...latency('readLatencySeconds', grown(then.readSeconds, since.readSeconds), reads, overSeconds),
    ...latency('writeLatencySeconds', grown(then.writeSeconds, since.writeSeconds), writes, overSeconds),
  };
}

function perSecond(metric: MachineMetric, from: Count, to: Count, seconds: number): Measures {
  const more = grown(from, to);
  return more === undefined ? {} : { [metric]: measuredOnce(more / seconds) };
}

/** Fewer requests in a second than this say nothing of a disk: one slow request of three is no slow disk. */
const LEAST_PER_SECOND = 1;

function latency(metric: MachineMetric, seconds: Count, requests: Count, overSeconds: number): Measures {
  if (seconds == null || requests == null || requests / overSeconds < LEAST_PER_SECOND) return {};
  return { [metric]: measuredOnce(seconds / requests) };
}

type Count = number | null | undefined;

function grown(from: Count, to: Count): number | undefined {
  return from == null || to == null || to < from ? undefined : to - from;
}
