import type { Machine, Measured, RedisMetric } from '../../targets/machine.ts';
import type { Gauge } from '../machine.ts';
import { percent } from '../machine-gauges.ts';
import type { Limits } from './machine-limits.ts';

/** The gauges that only a cloud can fill. */

type Measures = Machine<RedisMetric>['measures'];
const MOST_CONNECTIONS = 65_000;

export function engineGauge(engine: Measured, limits: Limits): Gauge[] {
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

export function connectionsGauge(connections: Measured | undefined, limits: Limits): Gauge[] {
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

export function dataMemoryGauge({ memoryPercent: memory, evictions }: Measures, limits: Limits): Gauge[] {
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
export function networkGauges({ networkInExceeded, networkOutExceeded, packetsExceeded }: Measures): Gauge[] {
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

export function lag({ replicationLagSeconds: seen }: Measures, limits: Limits): Gauge[] {
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
