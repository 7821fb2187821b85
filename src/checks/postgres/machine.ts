import * as z from 'zod';
import { defineCheck, type Seen } from '../../core/check.ts';
import type { Machine, Measured, PostgresCloud, PostgresHosting, PostgresMetric } from '../../targets/cloud.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { both, through } from '../clouds.ts';
import { gaugeFindings, measuredMachines, type Gauge } from '../machine.ts';
import { bytesText, countText } from '../wording.ts';

type Sample = { machines: readonly (Machine<PostgresMetric> & { memoryBytes: number | null })[] };

/**
 * CPU, latencies and the balances: the alarms that AWS recommends, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS.
 * Memory is judged later than there (25 %), because a well-used cache leaves little free; below 5 % the system begins to swap.
 */
const Limits = z.strictObject({
  cpuWarningPercent: z.number().default(80).describe('Mean of the last quarter of an hour'),
  cpuCriticalPercent: z.number().default(95),
  creditsWarningCredits: z.number().default(20).describe('CPU credits left, on burstable classes alone'),
  freeMemoryWarningRatio: z.number().default(0.1).describe('Share of the memory of the machine'),
  freeMemoryCriticalRatio: z.number().default(0.05),
  swapWarningBytes: z.number().default(256 * 1024 ** 2),
  balanceWarningPercent: z.number().default(20).describe('What is left of a burst of I/O: gp2 storage, small classes'),
  balanceCriticalPercent: z.number().default(5),
  latencyWarningSeconds: z.number().default(0.02).describe('Mean of a read or a write'),
  queueWarningDepth: z.number().default(64).describe('Reads and writes that wait for the disk'),
});
type Limits = z.infer<typeof Limits>;

/** Is the machine under the server at its limits? */
export const machine = defineCheck<PostgresTarget, { control: Sample }, Limits, PostgresCloud>({
  id: 'postgres.machine',
  engine: 'postgres',
  title: 'CPU, memory and I/O of the machine',
  why: 'A server on a machine that is out of CPU, memory or I/O is slow whatever its queries are.',
  explainedBy: ['statement', 'schema', 'traffic', 'keys', 'machine', 'setting', 'failover', 'restart', 'trouble'],
  limits: Limits,
  ask: {
    control: async (cloud) => through(await both(cloud.hosting(), cloud.machines()), sampleOf),
  },

  judge: ({ control }, _before, limits) =>
    control.machines.flatMap(({ member, measures, memoryBytes }) =>
      gaugeFindings('postgres.machine', member, measures, gaugesOf(measures, memoryBytes, limits)),
    ),

  facts: ({ control }) =>
    control.machines.flatMap(({ member, measures: { cpuPercent } }) =>
      cpuPercent ? [{ label: `CPU of ${member}`, value: `${Math.round(cpuPercent.mean)} %` }] : [],
    ),
});

type Measures = Machine<PostgresMetric>['measures'];

function sampleOf([hosting, machines]: readonly [
  readonly PostgresHosting[],
  readonly Machine<PostgresMetric>[],
]): Seen<Sample> {
  const memory = new Map(hosting.map(({ member, memoryBytes }) => [member, memoryBytes]));
  return through(measuredMachines(machines, 'cpuPercent', 'the CPU'), ({ machines: all }) => ({
    sample: { machines: all.map((one) => ({ ...one, memoryBytes: memory.get(one.member) ?? null })) },
  }));
}

function gaugesOf(measures: Measures, memoryBytes: number | null, limits: Limits): Gauge[] {
  return [
    ...cpuGauges(measures, limits),
    ...memoryGauges(measures, memoryBytes, limits),
    ...balance('burst balance of the storage', 'burst', measures.burstBalancePercent, limits),
    ...balance('I/O balance of the machine', 'io', measures.ioBalancePercent, limits),
    ...balance('throughput balance of the machine', 'throughput', measures.byteBalancePercent, limits),
    ...latency('A read', 'reads', measures.readLatencySeconds, limits),
    ...latency('A write', 'writes', measures.writeLatencySeconds, limits),
    ...queue(measures, limits),
  ];
}

const percent = (value: number): string => `${Math.round(value)} %`;

function cpuGauges({ cpuPercent: cpu, cpuCredits: credits, connections }: Measures, limits: Limits): Gauge[] {
  const sessions = connections ? `, with ${countText(connections.latest, 'connection')}` : '';
  const gauges: Gauge[] = [];
  if (cpu) {
    gauges.push({
      what: 'cpu',
      value: Math.round(cpu.mean),
      unit: '%',
      warning: limits.cpuWarningPercent,
      critical: limits.cpuCriticalPercent,
      step: 5,
      said: `CPU was at ${percent(cpu.mean)} over the last 15 min${sessions}`,
      limit: percent,
      next: 'Look at what runs (active and longest queries) before you take a larger class.',
    });
  }
  if (credits) {
    gauges.push({
      what: 'credits',
      value: Math.round(credits.latest),
      unit: 'credits',
      warning: limits.creditsWarningCredits,
      below: true,
      step: 5,
      said: `${Math.round(credits.latest)} CPU credits are left`,
      limit: (value) => `${value}`,
      next: 'Without credits the machine falls back to its baseline: lower the load, or take a class that does not burst.',
    });
  }
  return gauges;
}

function memoryGauges(
  { freeMemoryBytes: free, swapBytes: swap }: Measures,
  memoryBytes: number | null,
  limits: Limits,
): Gauge[] {
  const gauges: Gauge[] = [];
  if (free && memoryBytes !== null) {
    gauges.push({
      what: 'memory',
      value: Math.round((free.mean / memoryBytes) * 100),
      unit: '%',
      warning: limits.freeMemoryWarningRatio * 100,
      critical: limits.freeMemoryCriticalRatio * 100,
      below: true,
      step: 2,
      said: `${bytesText(free.mean)} of ${bytesText(memoryBytes)} memory were free`,
      limit: percent,
      next: 'Look for many connections and large work_mem; memory that runs out ends the server.',
    });
  }
  if (swap) {
    gauges.push({
      what: 'swap',
      value: Math.round(swap.mean / 1024 ** 2),
      unit: 'MB',
      warning: limits.swapWarningBytes / 1024 ** 2,
      step: 64,
      said: `${bytesText(swap.mean)} were swapped out`,
      limit: (value) => `${value} MB`,
      next: 'Swapping makes everything slow: lower the number of connections or work_mem, or take a larger class.',
    });
  }
  return gauges;
}

function balance(words: string, what: string, seen: Measured | undefined, limits: Limits): Gauge[] {
  if (!seen) return [];
  const said = `${percent(seen.latest)} of the ${words} were left`;
  const next =
    'At zero the disk falls back to its baseline: find what reads or writes so much, or take more IOPS (gp3).';
  const { balanceWarningPercent: warning, balanceCriticalPercent: critical } = limits;
  const value = Math.round(seen.latest);
  return [{ what, value, unit: '%', warning, critical, below: true, step: 5, said, limit: percent, next }];
}

function latency(words: string, what: string, seen: Measured | undefined, limits: Limits): Gauge[] {
  if (!seen) return [];
  return [
    {
      what,
      value: Math.round(seen.mean * 1000),
      unit: 'ms',
      warning: limits.latencyWarningSeconds * 1000,
      step: 10,
      said: `${words} took ${Number((seen.mean * 1000).toFixed(1))} ms on average over the last 15 min`,
      limit: (value) => `${value} ms`,
      next: 'Compare IOPS and throughput with what the storage was bought for; look for queries that read much.',
    },
  ];
}

function queue(
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
