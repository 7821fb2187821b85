import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import { DISK, type Metric } from '../../core/metric.ts';
import type { Machine, MemberDisk as Told, PostgresMachines, PostgresMetric } from '../../targets/machine.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { both, through } from '../clouds.ts';
import { bytesText, listText, percentText } from '../wording.ts';

/** `disk` null: the storage grows by itself and has no size; `usedBytes`: of a volume that members share. */
type MemberDisk = {
  member: string;
  usedBytes?: number;
  disk: { freeBytes: number; sizeBytes: number; growsToBytes: number | null; mountPoint?: string } | null;
};
type Sample = { members: readonly MemberDisk[] };

/** Proposed defaults 20 and 10 % free; a disk that grows by itself does so below 10 %, so that 5 % says that it does not. */
const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.2).describe('Share that is left of all that the storage may become'),
  criticalRatio: z.number().min(0).max(1).default(0.1),
  growingRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe('Free share of the present size at which storage that may grow is late with growing'),
  volumeBytes: z
    .number()
    .positive()
    .default(128 * 1024 ** 4)
    .describe('What the volume of a cluster may hold: 128 TiB, in some newer versions more'),
});
type Limits = z.infer<typeof Limits>;

/** How much of the disk is left, where somebody tells its size? */
export const disk = defineCheck<PostgresTarget, { machine: Sample }, Limits, unknown, PostgresMachines>({
  id: 'postgres.disk',
  engine: 'postgres',
  title: 'Free disk against its size',
  why: 'A server whose disk is full stops taking writes, and often does not start again before there is room.',
  explainedBy: ['traffic', 'statement', 'schema', 'setting', 'failover', 'machine'],
  limits: Limits,
  ask: {
    machine: async (machines) => through(await both(machines.disks(), machines.machines()), sampleOf),
  },
  // PostgreSQL has no SQL for the size of its disk: where nobody else tells it, no day can be named when it is full.
  withoutMachine: 'how full the disk is, so no day is forecast',

  judge: ({ machine }, _before, limits) =>
    machine.members.flatMap((one) => {
      if (one.usedBytes !== undefined) return volumeVerdict(one.member, one.usedBytes, limits);
      return one.disk ? verdictOf(one.member, one.disk, limits) : [];
    }),

  metrics: ({ machine }, _before, { volumeBytes }) =>
    machine.members.flatMap(({ member, disk: seen, usedBytes }) => {
      if (usedBytes !== undefined) return [metricOf(`Volume of ${member}`, 'volume', usedBytes, volumeBytes)];
      if (!seen) return [];
      const { freeBytes, sizeBytes, growsToBytes } = seen;
      return [metricOf(`Disk of ${member}`, member, sizeBytes - freeBytes, growsToBytes ?? sizeBytes)];
    }),

  facts: ({ machine }) =>
    machine.members.flatMap(({ member, disk: seen, usedBytes }) => {
      if (usedBytes !== undefined) return [{ label: `Volume of ${member}`, value: bytesText(usedBytes) }];
      return seen ? [factOf(member, seen)] : [];
    }),
});

type Disk = NonNullable<MemberDisk['disk']>;

function sampleOf([disks, machines]: readonly [readonly Told[], readonly Machine<PostgresMetric>[]]): Seen<Sample> {
  const free = new Map(machines.map(({ member, measures }) => [member, measures.freeStorageBytes?.latest]));
  const unseen = disks.filter(({ member, disk: sized }) => sized && free.get(member) === undefined);
  if (unseen.length > 0) {
    const names = listText(unseen.map(({ member }) => member));
    return { unreliable: `the free storage of ${names} was not measured in the last minutes` };
  }
  return {
    sample: {
      members: disks.map(({ member, disk: sized, usedBytes }) => ({
        member,
        ...(usedBytes === undefined ? {} : { usedBytes }),
        disk: sized && {
          freeBytes: free.get(member) ?? 0,
          sizeBytes: sized.sizeBytes,
          growsToBytes: sized.growsToBytes,
          ...(sized.mountPoint === undefined ? {} : { mountPoint: sized.mountPoint }),
        },
      })),
    },
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html */
function verdictOf(member: string, seen: Disk, limits: Limits): Finding[] {
  const { freeBytes, sizeBytes, growsToBytes } = seen;
  const mostBytes = growsToBytes ?? sizeBytes;
  const ratio = (freeBytes + mostBytes - sizeBytes) / Math.max(1, mostBytes);
  const full = ratio < limits.warningRatio;
  if (!full && (growsToBytes === null || freeBytes / Math.max(1, sizeBytes) >= limits.growingRatio)) return [];
  const critical = ratio < limits.criticalRatio;
  const limit = critical ? limits.criticalRatio : limits.warningRatio;
  return [
    {
      key: `postgres.disk:${member}`,
      severity: critical ? 'critical' : 'warning',
      sentence: full
        ? `${member} has ${bytesText(freeBytes)} of ${bytesText(sizeBytes)} disk free${growth(seen)}: ${percentText(ratio)} is left (${critical ? 'critical' : 'warning'} below ${percentText(limit)}).`
        : `${member} has ${bytesText(freeBytes)} of ${bytesText(sizeBytes)} disk free (${percentText(freeBytes / sizeBytes)}, warning below ${percentText(limits.growingRatio)}) although it may grow to ${bytesText(mostBytes)} by itself.`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 2 },
      evidence: { member, ...seen },
      next: nextOf(full, seen),
    },
  ];
}

function nextOf(full: boolean, { mountPoint }: Disk): string {
  if (!full) return 'Raise the storage by hand now: it grows by itself at most once in six hours.';
  const cause = 'Find out what grows (database growth, replication slots, temporary files, logs)';
  return mountPoint === undefined
    ? `${cause}, then raise the storage: it cannot be made smaller again.`
    : `${cause}, and make room or enlarge the file system; never delete anything in pg_wal by hand.`;
}

function growth({ sizeBytes, growsToBytes, mountPoint }: Disk): string {
  if (mountPoint !== undefined) return ` at ${mountPoint}`;
  return growsToBytes === null
    ? ' and it does not grow by itself'
    : `, and may grow by ${bytesText(growsToBytes - sizeBytes)}`;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Performance.html#Aurora.Managing.Performance.StorageScaling */
function volumeVerdict(cluster: string, usedBytes: number, limits: Limits): Finding[] {
  const { volumeBytes } = limits;
  const ratio = Math.max(0, 1 - usedBytes / volumeBytes);
  if (ratio >= limits.warningRatio) return [];
  const critical = ratio < limits.criticalRatio;
  const limit = critical ? limits.criticalRatio : limits.warningRatio;
  const severity = critical ? 'critical' : 'warning';
  return [
    {
      key: 'postgres.disk:volume',
      severity,
      sentence: `The volume of ${cluster} holds ${bytesText(usedBytes)} of ${bytesText(volumeBytes)}, and it cannot be made larger: ${percentText(ratio)} is left (${severity} below ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 2 },
      evidence: { cluster, usedBytes, volumeBytes },
      next: 'Find out what grows, and plan now what leaves this cluster: archived partitions, or a database of its own.',
    },
  ];
}

function metricOf(what: string, object: string, usedBytes: number, endBytes: number): Metric {
  const ceiling = { value: endBytes, what, happens: 'full' };
  return { name: `${DISK}:${object}`, value: usedBytes, unit: 'bytes', ceiling };
}

function factOf(member: string, { freeBytes, sizeBytes }: Disk) {
  return { label: `Disk free on ${member}`, value: `${bytesText(freeBytes)} of ${bytesText(sizeBytes)}` };
}
