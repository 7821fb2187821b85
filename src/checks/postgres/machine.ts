import * as z from 'zod';
import { defineCheck, type Before, type Seen } from '../../core/check.ts';
import type { Machine, MachineSize, Measured, PostgresMachines, PostgresMetric } from '../../targets/machine.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { both, through } from '../clouds.ts';
import { gaugeFindings, measuredMachines, silentFindings, withRates, type Gauge } from '../machine.ts';
import {
  cpuGauge,
  creditsGauge,
  loadGauge,
  memoryGauge,
  percent,
  swapGauge,
  throughputFacts,
} from '../machine-gauges.ts';
import { countText, durationText } from '../wording.ts';

type Seated = Machine<PostgresMetric> & { memoryBytes: number | null };
type Sample = { machines: readonly Seated[] };

/**
 * CPU, latencies and the balances: the alarms that AWS recommends, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html#RDS.
 * Memory is judged later than there (25 %), because a well-used cache leaves little free; below 5 % the system begins to swap.
 */
const Limits = z.strictObject({
  cpuWarningPercent: z.number().default(80).describe('Mean of the last quarter of an hour, or since the look before'),
  cpuCriticalPercent: z.number().default(95),
  loadWarningPerCore: z.number().default(2).describe('Mean of five minutes, on servers of your own'),
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
export const machine = defineCheck<PostgresTarget, { machine: Sample }, Limits, unknown, PostgresMachines>({
  id: 'postgres.machine',
  engine: 'postgres',
  title: 'CPU, memory and I/O of the machine',
  why: 'A server on a machine that is out of CPU, memory or I/O is slow whatever its queries are.',
  limits: Limits,
  ask: {
    machine: async (machines) => through(await both(machines.sizes(), machines.machines()), sampleOf),
  },

  judge: ({ machine: seen }, before, limits) => [
    ...withRates(seen.machines, earlier(before)).flatMap((one) =>
      gaugeFindings('postgres.machine', one.member, one.measures, gaugesOf(one, limits)),
    ),
    ...silentFindings('postgres.machine', seen.machines),
  ],

  facts: ({ machine: seen }, before) =>
    withRates(seen.machines, earlier(before)).flatMap((one) => [
      ...(one.measures.cpuPercent
        ? [{ label: `CPU of ${one.member}`, value: percent(one.measures.cpuPercent.mean) }]
        : []),
      ...throughputFacts(one.member, one),
    ]),
});

type Measures = Seated['measures'];

/** A sample that an earlier release kept has none of the machines. */
function earlier(before: Before<{ machine: Sample }> | undefined): Before<Sample> | undefined {
  return before && { ...before, samples: before.samples.machine };
}

function sampleOf([sizes, machines]: readonly [
  readonly MachineSize[],
  readonly Machine<PostgresMetric>[],
]): Seen<Sample> {
  const memory = new Map(sizes.map(({ member, memoryBytes }) => [member, memoryBytes]));
  return measuredMachines(machines.map((one) => ({ ...one, memoryBytes: memory.get(one.member) ?? null })));
}

function gaugesOf(one: Seated, limits: Limits): Gauge[] {
  const { measures, overSeconds } = one;
  return [
    ...loadGauges(one, limits),
    ...memoryGauges(one, limits),
    ...balance('burst balance of the storage', 'burst', measures.burstBalancePercent, limits),
    ...balance('I/O balance of the machine', 'io', measures.ioBalancePercent, limits),
    ...balance('throughput balance of the machine', 'throughput', measures.byteBalancePercent, limits),
    ...latency('A read', 'reads', measures.readLatencySeconds, overSeconds, limits),
    ...latency('A write', 'writes', measures.writeLatencySeconds, overSeconds, limits),
    ...queue(measures, limits),
  ];
}

function loadGauges(one: Seated, limits: Limits): Gauge[] {
  const { connections, cpuCredits } = one.measures;
  const sessions = connections ? `, with ${countText(connections.latest, 'connection')}` : '';
  const bounds = { warning: limits.cpuWarningPercent, critical: limits.cpuCriticalPercent };
  return [
    ...cpuGauge(
      one,
      bounds,
      sessions,
      'Look at what runs (active and longest queries) before you take a larger machine.',
    ),
    ...creditsGauge(
      cpuCredits,
      limits.creditsWarningCredits,
      'Without credits the machine falls back to its baseline: lower the load, or take a class that does not burst.',
    ),
    ...loadGauge(one, limits.loadWarningPerCore),
  ];
}

function memoryGauges(one: Seated, limits: Limits): Gauge[] {
  const bounds = { warning: limits.freeMemoryWarningRatio * 100, critical: limits.freeMemoryCriticalRatio * 100 };
  return [
    ...memoryGauge(
      one,
      one.memoryBytes,
      bounds,
      'Look for many connections and large work_mem; memory that runs out ends the server.',
    ),
    ...swapGauge(
      one,
      limits.swapWarningBytes,
      64,
      'Swapping makes everything slow: lower the number of connections or work_mem, or take a larger machine.',
    ),
  ];
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

function latency(
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
