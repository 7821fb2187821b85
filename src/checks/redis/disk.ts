import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Finding } from '../../core/finding.ts';
import { DISK, type Metric } from '../../core/metric.ts';
import type { Machine, MemberDisk as Told, RedisMachines } from '../../targets/machine.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { both, through } from '../clouds.ts';
import { bytesText, listText, percentText } from '../wording.ts';

type MemberDisk = { member: string; freeBytes: number; sizeBytes: number; mountPoint: string };
/** Empty where nobody keeps anything on a disk of its own: nodes of a cloud. */
type Sample = { members: readonly MemberDisk[] };

const Limits = z.strictObject({
  warningRatio: z.number().min(0).max(1).default(0.2).describe('Share of the disk that is left'),
  criticalRatio: z.number().min(0).max(1).default(0.1),
});
type Limits = z.infer<typeof Limits>;

/** How much of the disk is left where Redis saves? */
export const disk = defineCheck<RedisTarget, { machine: Sample }, Limits, unknown, RedisMachines>({
  id: 'redis.disk',
  engine: 'redis',
  title: 'Free disk where snapshots and the append-only file lie',
  why: 'A Redis that cannot save refuses writes, and what is only in memory is lost with its process.',
  explainedBy: ['keys', 'traffic', 'setting', 'machine'],
  limits: Limits,
  ask: {
    async machine(machines) {
      const disks = await machines.disks();
      if ('sample' in disks && disks.sample.length === 0) return { sample: { members: [] } };
      return through(await both(Promise.resolve(disks), machines.machines()), sampleOf);
    },
  },

  judge: ({ machine }, _before, limits) => machine.members.flatMap((one) => verdictOf(one, limits)),

  metrics: ({ machine }) => machine.members.map(metricOf),

  facts: ({ machine }) =>
    machine.members.map(({ member, freeBytes, sizeBytes }) => ({
      label: `Disk free on ${member}`,
      value: `${bytesText(freeBytes)} of ${bytesText(sizeBytes)}`,
    })),
});

function sampleOf([disks, machines]: readonly [readonly Told[], readonly Machine<'freeStorageBytes'>[]]): Seen<Sample> {
  const free = new Map(machines.map(({ member, measures }) => [member, measures.freeStorageBytes?.latest]));
  const unseen = disks.filter(({ member }) => free.get(member) === undefined);
  if (unseen.length > 0)
    return { unreliable: `the free disk of ${listText(unseen.map(({ member }) => member))} was not measured` };
  const members = disks.flatMap(({ member, disk: size }) =>
    size
      ? [{ member, freeBytes: free.get(member) ?? 0, sizeBytes: size.sizeBytes, mountPoint: size.mountPoint ?? '/' }]
      : [],
  );
  return { sample: { members } };
}

/** https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/: stop-writes-on-bgsave-error is on as shipped. */
function verdictOf({ member, freeBytes, sizeBytes, mountPoint }: MemberDisk, limits: Limits): Finding[] {
  const ratio = freeBytes / Math.max(1, sizeBytes);
  if (ratio >= limits.warningRatio) return [];
  const critical = ratio < limits.criticalRatio;
  const [severity, limit] = critical
    ? (['critical', limits.criticalRatio] as const)
    : (['warning', limits.warningRatio] as const);
  return [
    {
      key: `redis.disk:${member}`,
      severity,
      sentence: `${member} has ${bytesText(freeBytes)} of ${bytesText(sizeBytes)} disk free at ${mountPoint}: ${percentText(ratio)} is left (${severity} below ${percentText(limit)}).`,
      measure: { value: Math.round(ratio * 100), unit: '%', limit: Math.round(limit * 100), step: 2 },
      evidence: { member, freeBytes, sizeBytes, mountPoint },
      next: 'Make room before the next snapshot or rewrite: both write a second file as large as the data beside the first.',
    },
  ];
}

function metricOf({ member, freeBytes, sizeBytes }: MemberDisk): Metric {
  const ceiling = { value: sizeBytes, what: `Disk of ${member}`, happens: 'full' };
  return { name: `${DISK}:${member}`, value: sizeBytes - freeBytes, unit: 'bytes', ceiling };
}
