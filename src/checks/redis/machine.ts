import * as z from 'zod';
import { defineCheck, type Before } from '../../core/check.ts';
import type { Machine, Measured, RedisMachines, RedisMetric } from '../../targets/machine.ts';
import type { RedisTarget } from '../../targets/redis.ts';
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

type Seated = Machine<RedisMetric> & { memoryBytes: number | null };
type Sample = { machines: readonly Seated[] };

/**
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html and the alarms that AWS recommends.
 * Evictions are judged by redis.evictions; 65,000 connections are the most that a node takes.
 */
const Limits = z.strictObject({
  engineCpuWarningPercent: z.number().default(80).describe('Mean of the one thread that runs commands, over 15 min'),
  engineCpuCriticalPercent: z.number().default(90),
  cpuWarningPercent: z.number().default(80).describe('Of the whole machine, on servers of your own'),
  cpuCriticalPercent: z.number().default(95),
  loadWarningPerCore: z.number().default(2).describe('Mean of five minutes, on servers of your own'),
  freeMemoryWarningRatio: z
    .number()
    .default(0.1)
    .describe('Share of the memory of the machine, on servers of your own'),
  freeMemoryCriticalRatio: z.number().default(0.05),
  memoryWarningPercent: z.number().default(80),
  memoryCriticalPercent: z.number().default(95),
  creditsWarningCredits: z.number().default(20),
  swapWarningBytes: z.number().default(50 * 1024 ** 2),
  lagWarningSeconds: z.number().default(5),
  lagCriticalSeconds: z.number().default(60),
  connectionsWarningRatio: z.number().default(0.8).describe('Share of 65,000'),
});
type Limits = z.infer<typeof Limits>;

const MOST_CONNECTIONS = 65_000;

/** Is the node under the server at its limits? */
export const machine = defineCheck<RedisTarget, { machine: Sample }, Limits, unknown, RedisMachines>({
  id: 'redis.machine',
  engine: 'redis',
  title: 'CPU, memory and network of the node',
  why: 'Redis runs commands on one thread: when that one is busy, or the network is throttled, every client waits.',
  limits: Limits,
  ask: {
    machine: async (machines) =>
      through(await both(machines.sizes(), machines.machines()), ([sizes, all]) => {
        const memory = new Map(sizes.map(({ member, memoryBytes }) => [member, memoryBytes]));
        return measuredMachines(all.map((one) => ({ ...one, memoryBytes: memory.get(one.member) ?? null })));
      }),
  },

  judge: ({ machine: seen }, before, limits) => [
    ...withRates(seen.machines, earlier(before)).flatMap((one) =>
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
    withRates(seen.machines, earlier(before)).flatMap((one) => [...cpuFact(one), ...throughputFacts(one.member, one)]),
});

type Measures = Seated['measures'];

function earlier(before: Before<{ machine: Sample }> | undefined): Before<Sample> | undefined {
  return before && { ...before, samples: before.samples.machine };
}

/** The one thread that runs commands says more than the machine; nothing but the cloud tells of it. */
function cpuFact({ member, measures: { engineCpuPercent: engine, cpuPercent: cpu } }: Seated) {
  if (engine) return [{ label: `Engine CPU of ${member}`, value: percent(engine.mean) }];
  return cpu ? [{ label: `CPU of ${member}`, value: percent(cpu.mean) }] : [];
}

function loadGauges(one: Seated, limits: Limits): Gauge[] {
  const { engineCpuPercent: engine, cpuCredits, connections } = one.measures;
  const bounds = { warning: limits.cpuWarningPercent, critical: limits.cpuCriticalPercent };
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

function engineGauge(engine: Measured, limits: Limits): Gauge[] {
  return [
    {
      what: 'cpu',
      value: Math.round(engine.mean),
      unit: '%',
      warning: limits.engineCpuWarningPercent,
      critical: limits.engineCpuCriticalPercent,
      step: 5,
      said: `The thread that runs commands was busy ${percent(engine.mean)} of the last 15 min`,
      limit: percent,
      next: 'Look at the slow log for long commands; read from replicas, or shard, before you take a larger node.',
    },
  ];
}

function connectionsGauge(connections: Measured | undefined, limits: Limits): Gauge[] {
  if (!connections) return [];
  const text = (value: number): string => value.toLocaleString('en-US');
  return [
    {
      what: 'connections',
      value: connections.latest,
      unit: 'connections',
      warning: limits.connectionsWarningRatio * MOST_CONNECTIONS,
      step: 1000,
      said: `${text(connections.latest)} clients are connected`,
      limit: (value) => `${text(value)} of ${text(MOST_CONNECTIONS)}`,
      next: 'Find the client that does not give its connections back.',
    },
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

function dataMemoryGauge({ memoryPercent: memory, evictions }: Measures, limits: Limits): Gauge[] {
  if (!memory) return [];
  const lost = evictions && evictions.highest > 0 ? '; keys are evicted' : '';
  return [
    {
      what: 'memory',
      value: Math.round(memory.latest),
      unit: '%',
      warning: limits.memoryWarningPercent,
      critical: limits.memoryCriticalPercent,
      step: 5,
      said: `${percent(memory.latest)} of the memory for data is in use${lost}`,
      limit: percent,
      next: 'Find what grows and has no expiry before you take a larger node.',
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.HostLevel.html: what was queued or dropped for being too much. */
function networkGauges({ networkInExceeded, networkOutExceeded, packetsExceeded }: Measures): Gauge[] {
  const gauge = (what: string, words: string, seen: Measured | undefined): Gauge[] =>
    seen && seen.lowest > 0 && seen.points >= 3
      ? [
          {
            what,
            value: Math.round(seen.mean),
            unit: 'packets',
            warning: 1,
            step: 1000,
            said: `${words} was throttled in every minute of the last 15: ${Math.round(seen.mean)} packets a minute`,
            limit: (value) => `${value}`,
            next: 'Find the keys that are too large or too often read; take a node with more network.',
          },
        ]
      : [];
  return [
    ...gauge('network-in', 'Incoming traffic', networkInExceeded),
    ...gauge('network-out', 'Outgoing traffic', networkOutExceeded),
    ...gauge('packets', 'The number of packets', packetsExceeded),
  ];
}

function lag({ replicationLagSeconds: seen }: Measures, limits: Limits): Gauge[] {
  if (!seen) return [];
  return [
    {
      what: 'lag',
      value: Number(seen.mean.toFixed(1)),
      unit: 's',
      warning: limits.lagWarningSeconds,
      critical: limits.lagCriticalSeconds,
      step: 5,
      said: `The replica was ${Number(seen.mean.toFixed(1))} s behind over the last 15 min`,
      limit: (value) => `${value} s`,
      next: 'Look for bursts of writes and for a throttled network; a failover now would lose this much.',
    },
  ];
}
