import * as z from 'zod';
import { defineCheck } from '../../core/check.ts';
import type { Machine, Measured, RedisCloud, RedisMetric } from '../../targets/cloud.ts';
import type { RedisTarget } from '../../targets/redis.ts';
import { through } from '../clouds.ts';
import { gaugeFindings, measuredMachines, type Gauge } from '../machine.ts';
import { bytesText } from '../wording.ts';

type Sample = { machines: readonly Machine<RedisMetric>[] };

/**
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html and the alarms that AWS recommends.
 * Evictions are judged by redis.evictions; 65,000 connections are the most that a node takes.
 */
const Limits = z.strictObject({
  engineCpuWarningPercent: z.number().default(80).describe('Mean of the one thread that runs commands, over 15 min'),
  engineCpuCriticalPercent: z.number().default(90),
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
export const machine = defineCheck<RedisTarget, { control: Sample }, Limits, RedisCloud>({
  id: 'redis.machine',
  engine: 'redis',
  title: 'CPU, memory and network of the node',
  why: 'Redis runs commands on one thread: when that one is busy, or the network is throttled, every client waits.',
  explainedBy: ['traffic', 'keys', 'machine', 'setting', 'failover', 'restart', 'trouble'],
  limits: Limits,
  ask: {
    control: async (cloud) =>
      through(await cloud.machines(), (machines) => measuredMachines(machines, 'cpuPercent', 'the CPU')),
  },

  judge: ({ control }, _before, limits) =>
    control.machines.flatMap(({ member, measures }) =>
      gaugeFindings('redis.machine', member, measures, [
        ...loadGauges(measures, limits),
        ...memoryGauges(measures, limits),
        ...networkGauges(measures),
        ...lag(measures, limits),
      ]),
    ),

  facts: ({ control }) =>
    control.machines.flatMap(({ member, measures: { engineCpuPercent: cpu } }) =>
      cpu ? [{ label: `Engine CPU of ${member}`, value: percent(cpu.mean) }] : [],
    ),
});

type Measures = Machine<RedisMetric>['measures'];
const percent = (value: number): string => `${Math.round(value)} %`;

function loadGauges({ engineCpuPercent: cpu, cpuCredits, connections }: Measures, limits: Limits): Gauge[] {
  const gauges: Gauge[] = [];
  if (cpu) {
    gauges.push({
      what: 'cpu',
      value: Math.round(cpu.mean),
      unit: '%',
      warning: limits.engineCpuWarningPercent,
      critical: limits.engineCpuCriticalPercent,
      step: 5,
      said: `The thread that runs commands was busy ${percent(cpu.mean)} of the last 15 min`,
      limit: percent,
      next: 'Look at the slow log for long commands; read from replicas, or shard, before you take a larger node.',
    });
  }
  if (cpuCredits) {
    gauges.push({
      what: 'credits',
      value: Math.round(cpuCredits.latest),
      unit: 'credits',
      warning: limits.creditsWarningCredits,
      below: true,
      step: 5,
      said: `${Math.round(cpuCredits.latest)} CPU credits are left`,
      limit: (value) => `${value}`,
      next: 'Without credits the node falls back to its baseline: take a node type that does not burst.',
    });
  }
  if (connections) {
    gauges.push({
      what: 'connections',
      value: connections.latest,
      unit: 'connections',
      warning: limits.connectionsWarningRatio * MOST_CONNECTIONS,
      step: 1000,
      said: `${connections.latest.toLocaleString('en-US')} clients are connected`,
      limit: (value) => `${value.toLocaleString('en-US')} of ${MOST_CONNECTIONS.toLocaleString('en-US')}`,
      next: 'Find the client that does not give its connections back.',
    });
  }
  return gauges;
}

function memoryGauges({ memoryPercent: memory, swapBytes: swap, evictions }: Measures, limits: Limits): Gauge[] {
  const gauges: Gauge[] = [];
  if (memory) {
    const lost = evictions && evictions.highest > 0 ? '; keys are evicted' : '';
    gauges.push({
      what: 'memory',
      value: Math.round(memory.latest),
      unit: '%',
      warning: limits.memoryWarningPercent,
      critical: limits.memoryCriticalPercent,
      step: 5,
      said: `${percent(memory.latest)} of the memory for data is in use${lost}`,
      limit: percent,
      next: 'Find what grows and has no expiry before you take a larger node.',
    });
  }
  if (swap) {
    gauges.push({
      what: 'swap',
      value: Math.round(swap.mean / 1024 ** 2),
      unit: 'MB',
      warning: limits.swapWarningBytes / 1024 ** 2,
      step: 25,
      said: `${bytesText(swap.mean)} were swapped out`,
      limit: (value) => `${value} MB`,
      next: 'Raise reserved-memory-percent in the parameter group, or take a larger node.',
    });
  }
  return gauges;
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
