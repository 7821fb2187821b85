import { defineCheck, type Seen } from '../../core/check.ts';
import type { Machine, MachineSize, PostgresMachines, PostgresMetric } from '../../targets/machine.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { both, through } from '../clouds.ts';
import { beforeOf, gaugeFindings, measuredMachines, silentFindings, withRates, type Gauge } from '../machine.ts';
import {
  cpuFacts,
  cpuGauge,
  cpuMetric,
  creditsGauge,
  loadGauge,
  memoryGauge,
  swapGauge,
  throughputFacts,
} from '../machine-gauges.ts';
import { countText } from '../wording.ts';
import { balance, latency, localStorage, queue } from './machine-disk.ts';
import { Limits } from './machine-limits.ts';

type Seated = Machine<PostgresMetric> & { memoryBytes: number | null };
type Sample = { machines: readonly Seated[] };

/** Is the machine under the server at its limits? */
export const machine = defineCheck<PostgresTarget, { machine: Sample }, Limits, unknown, PostgresMachines>({
  id: 'postgres.machine',
  engine: 'postgres',
  title: 'CPU, memory and I/O of the machine',
  why: 'A server on a machine that is out of CPU, memory or I/O is slow whatever its queries are.',
  explainedBy: ['statement', 'schema', 'traffic', 'keys', 'machine', 'setting', 'failover', 'restart', 'trouble'],
  limits: Limits,
  ask: {
    machine: async (machines) => through(await both(machines.sizes(), machines.machines()), sampleOf),
  },

  judge: ({ machine: seen }, before, limits) => [
    ...withRates(seen.machines, beforeOf(before)).flatMap((one) =>
      gaugeFindings('postgres.machine', one.member, one.measures, gaugesOf(one, limits)),
    ),
    ...silentFindings('postgres.machine', seen.machines),
  ],

  facts: ({ machine: seen }, before) =>
    withRates(seen.machines, beforeOf(before)).flatMap((one) => [
      ...cpuFacts(one.member, one),
      ...throughputFacts(one.member, one),
    ]),

  metrics: ({ machine: seen }, before, limits) =>
    withRates(seen.machines, beforeOf(before)).flatMap(({ member, measures }) =>
      cpuMetric(member, measures.cpuPercent, cpuBounds(limits)),
    ),
});

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
    ...localStorage(measures.freeLocalBytes, limits),
    ...balance('burst balance of the storage', 'burst', measures.burstBalancePercent, limits),
    ...balance('I/O balance of the machine', 'io', measures.ioBalancePercent, limits),
    ...balance('throughput balance of the machine', 'throughput', measures.byteBalancePercent, limits),
    ...latency('A read', 'reads', measures.readLatencySeconds, overSeconds, limits),
    ...latency('A write', 'writes', measures.writeLatencySeconds, overSeconds, limits),
    ...queue(measures, limits),
  ];
}

function cpuBounds({ cpuWarningPercent: warning, cpuCriticalPercent: critical }: Limits) {
  return { warning, critical };
}

function loadGauges(one: Seated, limits: Limits): Gauge[] {
  const { connections, cpuCredits } = one.measures;
  const sessions = connections ? `, with ${countText(connections.latest, 'connection')}` : '';
  return [
    ...cpuGauge(
      one,
      cpuBounds(limits),
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
