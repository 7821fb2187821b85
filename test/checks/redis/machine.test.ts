import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machine } from '../../../src/checks/redis/machine.ts';
import type { PublishedMetric } from '../../../src/local/aws/cloud/model.ts';
import { publish } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, CLOUD_NOW, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedMachine } from '../looking.ts';
import { healthyElasticache } from './nodes.ts';

const spec = hostedSpec('redis', 'elasticache', 'shop-cache-001', 'shop-cache-002');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.becomes(healthyElasticache()));

async function found(name: string, value: PublishedMetric['value']) {
  publish(cloud.model, name, value);
  return judgedMachine(machine, await cloudSampleOf(machine, spec));
}

describe('the node under Redis', () => {
  it('is not mentioned while it has room, and is asked in one call', async () => {
    cloud.endpoint.asked.length = 0;
    expect(await found('EngineCPUUtilization', 79)).toEqual([]);
    expect(cloud.endpoint.asked).toEqual(['cloudwatch:GetMetricData']);
  });

  it('is named when the thread that runs commands is busy, each node for itself', async () => {
    const busy = await found('EngineCPUUtilization', 92);
    expect(busy.map(({ key, severity }) => [key, severity])).toEqual([
      ['redis.machine:shop-cache-001:cpu', 'critical'],
      ['redis.machine:shop-cache-002:cpu', 'critical'],
    ]);
    expect(busy[0]?.sentence).toBe(
      'The thread that runs commands was busy 92 % of the last 15 min on shop-cache-001 (critical from 90 %).',
    );
  });

  it('has the thread followed over time, not the machine', async () => {
    publish(cloud.model, 'EngineCPUUtilization', 42);
    const sample = await cloudSampleOf(machine, spec);
    expect(machine.metrics({ machine: sample }, undefined, {})[0]).toMatchObject({
      name: 'cpu:shop-cache-001',
      value: 42,
      limits: [{ value: 80 }, { value: 90 }],
    });
    expect(machine.facts({ machine: sample })[0]).toEqual({ label: 'Engine CPU of shop-cache-001', value: '42 %' });
  });

  it('is named when the memory for data is nearly used up, and says that keys are evicted', async () => {
    publish(cloud.model, 'Evictions', 12);
    const [finding] = await found('DatabaseMemoryUsagePercentage', 84);
    expect(finding?.sentence).toContain('84 % of the memory for data is in use; keys are evicted on shop-cache-001');
    expect(finding?.severity).toBe('warning');
  });

  it('is named when it swaps, has too many clients, or its replica is behind', async () => {
    expect(await found('SwapUsage', 60 * 1024 ** 2)).toHaveLength(2);
    publish(cloud.model, 'SwapUsage', 0);
    expect(await found('CurrConnections', 60_000)).toHaveLength(2);
    publish(cloud.model, 'CurrConnections', 100);
    expect(await found('ReplicationLag', 8)).toMatchObject([{ key: 'redis.machine:shop-cache-002:lag' }]);
  });

  it('is named when its network is throttled all the time, not for a minute', async () => {
    const name = 'NetworkBandwidthOutAllowanceExceeded';
    expect(await found(name, (atMs) => (atMs >= CLOUD_NOW - 60_000 ? 500 : 0))).toEqual([]);
    const [finding] = await found(name, 700);
    expect(finding?.sentence).toContain('Outgoing traffic was throttled in every minute of the last 15: 700 packets');
  });

  it('is unreliable, never calm, when it was not measured', async () => {
    cloud.model.metrics = cloud.model.metrics.filter(
      ({ dimensions }) => dimensions['CacheClusterId'] !== 'shop-cache-002',
    );
    expect(await askCloudOf(machine, spec)).toEqual({
      unreliable: 'the CPU of shop-cache-002 was not measured in the last minutes',
    });
  });
});
