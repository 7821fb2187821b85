import { defineCheck } from '../../core/check.ts';
import type { Machine, RedisMachines, RedisMetric } from '../../targets/machine.ts';
import type { Fact } from '../../core/report.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { both, through } from '../clouds.ts';
import { beforeOf, gaugeFindings, measuredMachines, silentFindings, withRates, type Gauge } from '../machine.ts';
import {
  cpuFacts,
  cpuGauge,
  cpuMetric,
  creditsGauge,
  loadGauge,
  memoryGauge,
  percent,
  swapGauge,
  throughputFacts,
} from '../machine-gauges.ts';
import { Limits } from './machine-limits.ts';
import { connectionsGauge, dataMemoryGauge, engineGauge, lag, networkGauges } from './machine-node.ts';

type Seated = Machine<RedisMetric> & { memoryBytes: number | null };
type Sample = { machines: readonly Seated[] };

/** Is the node under the server at its limits? */
export const machine = defineCheck<RedisTarget, { machine: Sample }, Limits, unknown, RedisMachines>({
  id: 'redis.machine',
  engine: 'redis',
  title: 'CPU, memory and network of the node',
  why: 'Redis runs commands on one thread: when that one is busy, or the network is throttled, every client waits.',
  explainedBy: ['traffic', 'keys', 'machine', 'setting', 'failover', 'restart', 'trouble'],
  limits: Limits,
  ask: {
    machine: async (machines) =>
      through(await both(machines.sizes(), machines.machines()), ([sizes, all]) => {
        const memory = new Map(sizes.map(({ member, memoryBytes }) => [member, memoryBytes]));
        return measuredMachines(all.map((one) => ({ ...one, memoryBytes: memory.get(one.member) ?? null })));
      }),
  },

  judge: ({ machine: seen }, before, limits) => [
    ...withRates(seen.machines, beforeOf(before)).flatMap((one) =>
      gaugeFindings('redis.machine', one.member, one.measures, [
        ...loadGauges(one, limits),
        ...memoryGauges(one, limits),
        ...networkGauges(one.measures),
        ...lag(one.measures, limits),
      ]),
    ),
    ...silentFindings('redis.machine', seen.machines),
  ],

  facts: ({ machine: seen }, before) =>
    withRates(seen.machines, beforeOf(before)).flatMap((one) => [
      ...engineFacts(one),
      ...throughputFacts(one.member, one),
    ]),

  metrics: ({ machine: seen }, before, limits) =>
    withRates(seen.machines, beforeOf(before)).flatMap((one) => {
      const { cpu, bounds } = busiest(one, limits);
      return cpuMetric(one.member, cpu, bounds);
    }),
});

/** The one thread that runs commands says more than the machine; nothing but the cloud tells of it. */
function busiest({ measures }: Seated, limits: Limits) {
  const { engineCpuPercent: engine, cpuPercent: cpu } = measures;
  return engine
    ? { cpu: engine, bounds: { warning: limits.engineCpuWarningPercent, critical: limits.engineCpuCriticalPercent } }
    : { cpu, bounds: { warning: limits.cpuWarningPercent, critical: limits.cpuCriticalPercent } };
}

function engineFacts(one: Seated): Fact[] {
  const { engineCpuPercent: engine } = one.measures;
  return engine ? [{ label: `Engine CPU of ${one.member}`, value: percent(engine.mean) }] : cpuFacts(one.member, one);
}

function loadGauges(one: Seated, limits: Limits): Gauge[] {
  const { engineCpuPercent: engine, cpuCredits, connections } = one.measures;
  const { bounds } = busiest(one, limits);
  return [
    ...(engine
      ? engineGauge(engine, limits)
      : cpuGauge(one, bounds, '', 'Find what else runs on the machine, then look at the slow log for long commands.')),
    ...creditsGauge(
      cpuCredits,
      limits.creditsWarningCredits,
      'Without credits the node falls back to its baseline: take a node type that does not burst.',
    ),
    ...loadGauge(one, limits.loadWarningPerCore),
    ...connectionsGauge(connections, limits),
  ];
}

function memoryGauges(one: Seated, limits: Limits): Gauge[] {
  const bounds = { warning: limits.freeMemoryWarningRatio * 100, critical: limits.freeMemoryCriticalRatio * 100 };
  return [
    ...dataMemoryGauge(one.measures, limits),
    ...memoryGauge(
      one,
      one.memoryBytes,
      bounds,
      'Find what else takes memory; while Redis writes a snapshot it may need as much again as its data.',
    ),
    ...swapGauge(
      one,
      limits.swapWarningBytes,
      25,
      'Leave more memory to the system (reserved-memory-percent at ElastiCache, maxmemory elsewhere), or take a larger node.',
    ),
  ];
}
