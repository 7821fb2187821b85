import type { Machine, Measured, PostgresMetric } from '../../targets/machine.ts';
import type { Gauge } from '../machine.ts';
import { percent } from '../machine-gauges.ts';
import { bytesText, durationText } from '../wording.ts';
import type { Limits } from './machine-limits.ts';

/** The gauges of what a machine reads and writes. */

type Measures = Machine<PostgresMetric>['measures'];

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.TempStorage.html */
export function localStorage(free: Measured | undefined, limits: Limits): Gauge[] {
  if (!free) return [];
  const mb = (bytes: number): number => Math.round(bytes / 1024 ** 2);
  return [
    {
      what: 'local',
      value: mb(free.latest),
      unit: 'MB',
      warning: mb(limits.freeLocalWarningBytes),
      critical: mb(limits.freeLocalCriticalBytes),
      below: true,
      step: 512,
      said: `${bytesText(free.latest)} of local storage were free`,
      limit: (value) => bytesText(value * 1024 ** 2),
      next: 'Find the queries that write large temporary files: without local storage they fail, and the instance may restart.',
    },
  ];
}

export function balance(words: string, what: string, seen: Measured | undefined, limits: Limits): Gauge[] {
  if (!seen) return [];
  const said = `${percent(seen.latest)} of the ${words} were left`;
  const next =
    'At zero the disk falls back to its baseline: find what reads or writes so much, or take more IOPS (gp3).';
  const { balanceWarningPercent: warning, balanceCriticalPercent: critical } = limits;
  const value = Math.round(seen.latest);
  return [{ what, value, unit: '%', warning, critical, below: true, step: 5, said, limit: percent, next }];
}

export function latency(
  words: string,
  what: string,
  seen: Measured | undefined,
  overSeconds: number,
  limits: Limits,
): Gauge[] {
  if (!seen) return [];
  return [
    {
      what,
      value: Math.round(seen.mean * 1000),
      unit: 'ms',
      warning: limits.latencyWarningSeconds * 1000,
      step: 10,
      said: `${words} took ${Number((seen.mean * 1000).toFixed(1))} ms on average over the last ${durationText(overSeconds)}`,
      limit: (value) => `${value} ms`,
      next: 'Compare IOPS and throughput with what the storage was bought for; look for queries that read much.',
    },
  ];
}

export function queue(
  { queueDepth: depth, readsPerSecond: reads, writesPerSecond: writes }: Measures,
  limits: Limits,
): Gauge[] {
  if (!depth) return [];
  const rate = reads && writes ? `, at ${Math.round(reads.mean + writes.mean)} I/O per second` : '';
  return [
    {
      what: 'queue',
      value: Math.round(depth.mean),
      unit: 'requests',
      warning: limits.queueWarningDepth,
      step: 16,
      said: `${Math.round(depth.mean)} reads and writes waited for the disk${rate}`,
      limit: (value) => `${value}`,
      next: 'Find what reads or writes so much before you buy more IOPS.',
    },
  ];
}
