import type { Metric } from '../core/metric.ts';
import type { Fact } from '../core/report.ts';
import type { Machine, MachineMetric, Measured } from '../targets/machine.ts';
import type { Gauge } from './machine.ts';
import { bytesText, durationText } from './wording.ts';

/** The gauges that every machine has, whatever runs on it. */

type OneMachine = Pick<Machine<MachineMetric>, 'measures' | 'overSeconds' | 'counters'>;
type Bounds = { warning: number; critical?: number };

export const percent = (value: number): string => `${Math.round(value)} %`;

export function cpuGauge({ measures, overSeconds }: OneMachine, bounds: Bounds, more: string, next: string): Gauge[] {
  const { cpuPercent: cpu } = measures;
  if (!cpu) return [];
  const said = `CPU was at ${percent(cpu.mean)} over the last ${durationText(overSeconds)}${more}`;
  return [{ what: 'cpu', value: Math.round(cpu.mean), unit: '%', ...bounds, step: 5, said, limit: percent, next }];
}

export function creditsGauge(credits: Measured | undefined, warning: number, next: string): Gauge[] {
  if (!credits) return [];
  const value = Math.round(credits.latest);
  const said = `${value} CPU credits are left`;
  const limit = (bound: number): string => `${bound}`;
  return [{ what: 'credits', value, unit: 'credits', warning, below: true, step: 5, said, limit, next }];
}

/** https://www.kernel.org/doc/html/latest/filesystems/proc.html: the load counts what runs, what waits for a core, and what waits for a disk. */
export function loadGauge({ measures }: OneMachine, warning: number): Gauge[] {
  const { loadPerCore: load } = measures;
  if (!load) return [];
  const value = Number(load.latest.toFixed(1));
  const said = `The load was ${value} per core over the last 5 min`;
  const next = 'If the CPU is not busy, processes wait for the disk: look at its latencies, then at what runs.';
  const limit = (bound: number): string => `${bound}`;
  return [{ what: 'load', value, unit: 'per core', warning, step: 0.5, said, limit, next }];
}

export function memoryGauge(
  { measures }: OneMachine,
  memoryBytes: number | null,
  bounds: Bounds,
  next: string,
): Gauge[] {
  const { freeMemoryBytes: free } = measures;
  if (!free || memoryBytes === null) return [];
  const value = Math.round((free.mean / memoryBytes) * 100);
  const said = `${bytesText(free.mean)} of ${bytesText(memoryBytes)} memory were free`;
  return [{ what: 'memory', value, unit: '%', ...bounds, below: true, step: 2, said, limit: percent, next }];
}

const MIB = 1024 ** 2;

/** Below this nothing is swapped: idle pages that were written out long ago harm nobody. 25 pages are 100 kB. */
const CALM_PAGES_PER_SECOND = 25;

/** Where pages are counted, only memory that moves in and out is told of; at the first look nobody knows. */
export function swapGauge(
  { measures, counters }: OneMachine,
  warningBytes: number,
  stepMb: number,
  next: string,
): Gauge[] {
  const { swapBytes: swap, swappedPagesPerSecond: pages } = measures;
  const isCounted = pages !== undefined || (counters?.swappedPages ?? null) !== null;
  if (!swap || (isCounted && (pages?.mean ?? 0) < CALM_PAGES_PER_SECOND)) return [];
  const moving = pages ? `, ${Math.round(pages.mean)} pages a second moved in and out` : '';
  const said = `${bytesText(swap.mean)} were swapped out${moving}`;
  const limit = (value: number): string => `${value} MB`;
  const value = Math.round(swap.mean / MIB);
  return [{ what: 'swap', value, unit: 'MB', warning: warningBytes / MIB, step: stepMb, said, limit, next }];
}

/** Pure: how busy a machine is over time, with its limits. */
export function cpuMetric(member: string, cpu: Measured | undefined, bounds: Required<Bounds>): Metric[] {
  if (!cpu) return [];
  const limits = [
    { label: 'warning', value: bounds.warning },
    { label: 'critical', value: bounds.critical },
  ];
  return [{ name: `cpu:${member}`, value: Number(cpu.mean.toFixed(1)), unit: '%', limits }];
}

/** Pure: the CPU, or before there are rates the load. */
export function cpuFacts(member: string, { measures }: OneMachine): Fact[] {
  const { cpuPercent: cpu, loadPerCore: load } = measures;
  if (cpu) return [{ label: `CPU of ${member}`, value: percent(cpu.mean) }];
  return load ? [{ label: `Load per core of ${member}`, value: `${Number(load.latest.toFixed(1))}` }] : [];
}

/** Pure: what went through the disk with the data and through the network, where it was measured. */
export function throughputFacts(member: string, { measures }: OneMachine): Fact[] {
  const { readBytesPerSecond, writtenBytesPerSecond, receivedBytesPerSecond, sentBytesPerSecond } = measures;
  return [
    ...throughput(`Disk of ${member}`, readBytesPerSecond, writtenBytesPerSecond),
    ...throughput(`Network of ${member}`, receivedBytesPerSecond, sentBytesPerSecond),
  ];
}

function throughput(label: string, into: Measured | undefined, out: Measured | undefined): Fact[] {
  return into && out ? [{ label, value: `${bytesText(Math.round(into.mean + out.mean))}/s` }] : [];
}
