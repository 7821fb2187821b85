import { measuredOnce, type Counters, type DiskCounters } from '../../targets/machine-rates.ts';
import type { Measured } from '../../targets/machine.ts';
import type { Series } from './text-format.ts';

/** What an exporter told of one machine. */
export type Reading = {
  /** Numbers that stand for the moment. */
  gauges: { readonly [N in 'loadPerCore' | 'freeMemoryBytes' | 'swapBytes' | 'freeStorageBytes']?: Measured };
  counters: Counters;
  memoryBytes: number | null;
  /** The file system that holds the data; undefined where no directory is given, null where none holds it. */
  disk: { mountPoint: string; sizeBytes: number } | null | undefined;
};

/** https://github.com/prometheus/node_exporter#enabled-by-default: cpu, diskstats, filesystem, loadavg, meminfo, netdev, stat, time, vmstat. */
export const gaugeNames = [
  'node_load5',
  'node_memory_MemTotal_bytes',
  'node_memory_MemAvailable_bytes',
  'node_memory_SwapTotal_bytes',
  'node_memory_SwapFree_bytes',
  'node_filesystem_size_bytes',
  'node_filesystem_avail_bytes',
  'node_filesystem_device_error',
  'node_disk_device_mapper_info',
  'node_boot_time_seconds',
  'node_time_seconds',
] as const;

export const CPU = 'node_cpu_seconds_total';
const NETWORK = { receivedBytes: 'node_network_receive_bytes_total', sentBytes: 'node_network_transmit_bytes_total' };
const SWAP = ['node_vmstat_pswpin', 'node_vmstat_pswpout'] as const;
const DISK = {
  reads: 'node_disk_reads_completed_total',
  writes: 'node_disk_writes_completed_total',
  readSeconds: 'node_disk_read_time_seconds_total',
  writeSeconds: 'node_disk_write_time_seconds_total',
  readBytes: 'node_disk_read_bytes_total',
  writtenBytes: 'node_disk_written_bytes_total',
  queueSeconds: 'node_disk_io_time_weighted_seconds_total',
} as const;
/** What grows with every request; the time of the CPU apart, which has a series for every core. */
export const counterNames: readonly string[] = [...Object.values(NETWORK), ...SWAP, ...Object.values(DISK)];

const wanted = new Set<string>([CPU, ...gaugeNames, ...counterNames]);
export function isWanted(name: string): boolean {
  return wanted.has(name);
}

/** Where the data lies, the number of cores where the series do not show it, and the time where the machine does not tell it. */
export type ReadingOptions = { dataDirectory: string | undefined; cores: number; nowSeconds: number };

/** Pure: the numbers of a machine out of the series of one exporter. */
export function readingOf(series: readonly Series[], { dataDirectory, cores, nowSeconds }: ReadingOptions): Reading {
  const only = (name: string): number | undefined => series.find((one) => one.name === name)?.value;
  const memoryBytes = only('node_memory_MemTotal_bytes') || null;
  const swapBytes = minus(only('node_memory_SwapTotal_bytes'), only('node_memory_SwapFree_bytes'));
  const disk = dataDirectory === undefined ? undefined : diskOf(series, dataDirectory);
  return {
    gauges: {
      ...gauge('loadPerCore', divided(only('node_load5'), cores)),
      ...gauge('freeMemoryBytes', only('node_memory_MemAvailable_bytes')),
      ...gauge('swapBytes', swapBytes),
      ...gauge('freeStorageBytes', disk?.freeBytes),
    },
    counters: {
      atSeconds: only('node_time_seconds') ?? nowSeconds,
      bootSeconds: only('node_boot_time_seconds') ?? null,
      cpu: cpuOf(series),
      network: networkOf(series),
      swappedPages: swappedPagesOf(series),
      disk: disk ? diskCounters(series, disk.device) : null,
    },
    memoryBytes,
    disk: disk && { mountPoint: disk.mountPoint, sizeBytes: disk.sizeBytes },
  };
}

/** Pure: the number of cores that the time of the CPU is told of. */
export function coresOf(series: readonly Series[]): number {
  return new Set(series.filter(({ name }) => name === CPU).map(({ labels }) => labels['cpu'])).size;
}

function gauge<N extends string>(name: N, value: number | undefined): { readonly [K in N]?: Measured } {
  return (value === undefined || value < 0 ? {} : { [name]: measuredOnce(value) }) as { readonly [K in N]?: Measured };
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function divided(a: number | undefined, by: number): number | undefined {
  return a === undefined || by === 0 ? undefined : a / by;
}

/** Waiting for a disk is no work of the CPU. */
const IDLE: ReadonlySet<string | undefined> = new Set(['idle', 'iowait']);

function cpuOf(series: readonly Series[]): Counters['cpu'] {
  const modes = series.filter(({ name }) => name === CPU);
  if (modes.length === 0) return null;
  const busy = modes.filter(({ labels }) => !IDLE.has(labels['mode']));
  return { busySeconds: sum(busy), totalSeconds: sum(modes) };
}

/** What passes through these was counted on the way in or out of the machine, or never leaves it. */
const INNER_DEVICES = /^(lo|veth|docker|br-|virbr|cni|flannel|cali|tun|tap|ifb|bond|dummy|vlan|wg)|\./;

function networkOf(series: readonly Series[]): Counters['network'] {
  const outer = series.filter(({ labels }) => !INNER_DEVICES.test(labels['device'] ?? ''));
  const received = outer.filter(({ name }) => name === NETWORK.receivedBytes);
  const sent = outer.filter(({ name }) => name === NETWORK.sentBytes);
  return received.length + sent.length === 0 ? null : { receivedBytes: sum(received), sentBytes: sum(sent) };
}

function swappedPagesOf(series: readonly Series[]): number | null {
  const both = series.filter(({ name }) => SWAP.some((one) => one === name));
  return both.length === 0 ? null : sum(both);
}

function sum(series: readonly Series[]): number {
  return series.reduce((total, { value }) => total + value, 0);
}

/** The file system whose mount point holds the directory most closely; what is free is what is left to everybody but root. */
function diskOf(series: readonly Series[], dataDirectory: string) {
  const [closest] = series
    .filter(({ name, labels }) => name === 'node_filesystem_size_bytes' && holds(labels['mountpoint'], dataDirectory))
    .toSorted((a, b) => (b.labels['mountpoint']?.length ?? 0) - (a.labels['mountpoint']?.length ?? 0));
  if (!closest) return null;
  const { mountpoint: mountPoint = '', device: from = '' } = closest.labels;
  // A file system that hangs is told of without its size; the one above it is another disk.
  const hung = series.some(
    ({ name, labels: { mountpoint }, value }) =>
      name === 'node_filesystem_device_error' &&
      value === 1 &&
      holds(mountpoint, dataDirectory) &&
      (mountpoint?.length ?? 0) >= mountPoint.length,
  );
  if (hung || closest.value <= 0) return null;
  const free = series.find(
    ({ name, labels }) => name === 'node_filesystem_avail_bytes' && labels['mountpoint'] === mountPoint,
  );
  return { mountPoint, sizeBytes: closest.value, freeBytes: free?.value, device: diskName(series, from) };
}

function holds(mountPoint: string | undefined, path: string): boolean {
  if (mountPoint === undefined) return false;
  return mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
}

/**
 * `/dev/nvme1n1p1` is counted as `nvme1n1`, `/dev/mapper/data-pg` as `dm-0`:
 * https://docs.kernel.org/admin-guide/iostats.html
 */
function diskName(series: readonly Series[], from: string): string {
  const name = from.replace(/^\/dev\/(mapper\/)?/, '');
  const mapped = series.find((one) => one.name === 'node_disk_device_mapper_info' && one.labels['name'] === name);
  if (mapped) return mapped.labels['device'] ?? name;
  if (series.some((one) => one.name === DISK.reads && one.labels['device'] === name)) return name;
  return name.replace(/^((?:nvme\d+n|mmcblk)\d+)p\d+$|^((?:s|v|xv|h)d[a-z]+)\d+$/, '$1$2');
}

function diskCounters(series: readonly Series[], device: string): DiskCounters | null {
  const numbers: Partial<Record<keyof typeof DISK, number>> = {};
  for (const [key, name] of Object.entries(DISK) as [keyof typeof DISK, string][]) {
    const found = series.find((one) => one.name === name && one.labels['device'] === device);
    if (!found) return null;
    numbers[key] = found.value;
  }
  return { device, ...numbers } as DiskCounters;
}
