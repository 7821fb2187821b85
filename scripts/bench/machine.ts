import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What a number was measured on. `loadBefore` and `loadAfter` are the load average of the last minute. */
export type Machine = {
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  loadBefore: number;
  loadAfter: number;
  date: string;
};

/** This machine at the end of a run that began with `loadBefore`. */
export function thisMachine(loadBefore: number, date: Date): Machine {
  return {
    processor: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release().split('-')[0] ?? ''}`,
    node: process.version,
    loadBefore,
    loadAfter: loadNow(),
    date: date.toISOString().slice(0, 16).replace('T', ' '),
  };
}

/** The load average of the last minute. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}

/** One line: `2 cores of …, 16 GiB, Node v24.21.0 on linux 6.1, 2026-11-25 18:30 UTC, load average 0.10 before and 1.20 after`. */
export function machineLine({ processor, cores, memoryGiB, system, node, ...at }: Machine): string {
  const load = `load average ${at.loadBefore.toFixed(2)} before and ${at.loadAfter.toFixed(2)} after`;
  return `${cores} ${cores === 1 ? 'core' : 'cores'} of ${processor}, ${memoryGiB} GiB, Node ${node} on ${system}, ${at.date} UTC, ${load}`;
}
