import type { Seen } from '../core/check.ts';
import type { Counters } from './machine-rates.ts';

/** A number of the last minutes, as whoever measures the machine has it: one point a minute, or less often, or the last alone. */
export type Measured = { latest: number; lowest: number; highest: number; mean: number; points: number };

/** What is measured of any machine. `queueDepth` and what is read and written are those of the disk with the data. */
export type MachineMetric =
  | 'cpuPercent'
  | 'loadPerCore'
  | 'freeMemoryBytes'
  | 'freeStorageBytes'
  | 'swapBytes'
  | 'swappedPagesPerSecond'
  | 'readsPerSecond'
  | 'writesPerSecond'
  | 'readBytesPerSecond'
  | 'writtenBytesPerSecond'
  | 'readLatencySeconds'
  | 'writeLatencySeconds'
  | 'queueDepth'
  | 'receivedBytesPerSecond'
  | 'sentBytesPerSecond';

/** What is measured of the machine under a PostgreSQL server. */
export type PostgresMetric =
  | MachineMetric
  | 'cpuCredits'
  | 'usedStorageBytes'
  | 'freeLocalBytes'
  | 'burstBalancePercent'
  | 'ioBalancePercent'
  | 'byteBalancePercent'
  | 'connections';

/** What is measured of the machine under a Redis server. */
export type RedisMetric =
  | MachineMetric
  | 'engineCpuPercent'
  | 'cpuCredits'
  | 'memoryPercent'
  | 'evictions'
  | 'connections'
  | 'replicationLagSeconds'
  | 'networkInExceeded'
  | 'networkOutExceeded'
  | 'packetsExceeded';

/** One member's numbers; what nobody measures there is missing. */
export type Machine<M extends string> = {
  member: string;
  identifier: string;
  measures: { readonly [N in M]?: Measured };
  /** The time that means and rates stand for. */
  overSeconds: number;
  /** Where whoever measures only counts: the rates come from the look before. */
  counters?: Counters;
  /** Why this one machine was not seen, where others were; there are no measures then. */
  silent?: string;
};

/** `growsToBytes` null: it does not grow by itself. */
export type DiskSize = { sizeBytes: number; growsToBytes: number | null; mountPoint?: string };

/** `memoryBytes` null where nothing tells it. */
export type MachineSize = { member: string; memoryBytes: number | null };

/**
 * `disk` null: the storage grows by itself and has no size. `usedBytes`: of a volume that all members share, under the name of
 * their cluster.
 */
export type MemberDisk = { member: string; disk: DiskSize | null; usedBytes?: number };

type Common<M extends string> = {
  /** The target's name. */
  name: string;
  now(): number;
  /** A member that did not answer is left out of the sizes and the disks, and `silent` among the machines. */
  sizes(): Promise<Seen<readonly MachineSize[]>>;
  machines(): Promise<Seen<readonly Machine<M>[]>>;
  disks(): Promise<Seen<readonly MemberDisk[]>>;
};

/**
 * What can be asked of the machines under a PostgreSQL target, whoever measures them: the cloud that hosts them, or exporters on
 * servers of one's own. Each question is asked once, whoever wants its answer.
 */
export type PostgresMachines = Common<PostgresMetric> & { engine: 'postgres' };

/** The same of a Redis target. */
export type RedisMachines = Common<RedisMetric> & { engine: 'redis' };
