import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machine } from '../../../src/checks/postgres/machine.ts';
import { machineMemory } from '../../../src/providers/rds/machine-memory.ts';
import { GIB, healthyRds, publish } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, CLOUD_NOW, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedMachine } from '../looking.ts';

const spec = hostedSpec('postgres', 'rds', 'shop-db-1');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.becomes(healthyRds('shop-db-1')));

async function found(name: string, value: number | ((atMs: number) => number)) {
  publish(cloud.model, name, value);
  return judgedMachine(machine, await cloudSampleOf(machine, spec));
}

describe('the machine under PostgreSQL', () => {
  it('is not mentioned while it has room', async () => {
    expect(await found('CPUUtilization', 79)).toEqual([]);
  });

  it('is named when the CPU was busy for a quarter of an hour, not for a minute', async () => {
    expect(await found('CPUUtilization', (atMs) => (atMs >= CLOUD_NOW - 120_000 ? 100 : 20))).toEqual([]);
    expect(await found('CPUUtilization', 85)).toMatchObject([
      {
        key: 'postgres.machine:shop-db-1:cpu',
        severity: 'warning',
        sentence: 'CPU was at 85 % over the last 15 min, with 40 connections on shop-db-1 (warning from 80 %).',
      },
    ]);
    expect(await found('CPUUtilization', 97)).toMatchObject([{ severity: 'critical', measure: { limit: 95 } }]);
  });

  it('has its CPU followed over time, with the limits', async () => {
    const sample = await cloudSampleOf(machine, spec);
    expect(machine.metrics({ machine: sample }, undefined, {})).toEqual([
      {
        name: 'cpu:shop-db-1',
        value: 20,
        unit: '%',
        limits: [
          { label: 'warning', value: 80 },
          { label: 'critical', value: 95 },
        ],
      },
    ]);
  });

  it('is judged after a look of an earlier release, which kept nothing of it', async () => {
    const sample = await cloudSampleOf(machine, spec);
    const before = { samples: { control: sample }, secondsAgo: 600 };
    expect(machine.judge({ machine: sample }, before, {}, 'shop-db')).toEqual([]);
    expect(machine.facts({ machine: sample }, before)).toHaveLength(1);
  });

  it('takes latencies for the seconds that CloudWatch gives', async () => {
    expect(await found('ReadLatency', 0.019)).toEqual([]);
    const [finding] = await found('ReadLatency', 0.045);
    expect(finding?.sentence).toBe(
      'A read took 45 ms on average over the last 15 min on shop-db-1 (warning from 20 ms).',
    );
  });

  it('is named when memory runs out, against the memory of its class', async () => {
    expect(await found('FreeableMemory', 1 * GIB)).toEqual([]);
    const [finding] = await found('FreeableMemory', 0.5 * GIB);
    expect(finding).toMatchObject({ severity: 'warning', key: 'postgres.machine:shop-db-1:memory' });
    expect(finding?.sentence).toContain('512 MB of 8 GB memory were free');
    expect(await found('FreeableMemory', 0.3 * GIB)).toMatchObject([{ severity: 'critical' }]);
    expect([await found('FreeableMemory', 4 * GIB), await found('SwapUsage', GIB)]).toMatchObject([
      [],
      [{ key: 'postgres.machine:shop-db-1:swap' }],
    ]);
  });

  it('is named when a burst is nearly used up, and credits where the class has them', async () => {
    expect(await found('EBSIOBalance%', 12)).toMatchObject([
      { severity: 'warning', measure: { value: 12, limit: 20 } },
    ]);
    expect(await found('EBSIOBalance%', 3)).toMatchObject([{ severity: 'critical' }]);
    publish(cloud.model, 'EBSIOBalance%', 99);
    const dimensions = { DBInstanceIdentifier: 'shop-db-1' };
    cloud.model.metrics.push({
      namespace: 'AWS/RDS',
      name: 'CPUCreditBalance',
      dimensions,
      everySeconds: 300,
      value: 4,
    });
    cloud.model.metrics.push({ namespace: 'AWS/RDS', name: 'BurstBalance', dimensions, everySeconds: 300, value: 9 });
    expect((await found('DiskQueueDepth', 80)).map(({ key }) => key.split(':').at(-1))).toEqual([
      'credits',
      'burst',
      'queue',
    ]);
  });

  it('is unreliable, never calm, when nothing was measured', async () => {
    cloud.model.metrics = [];
    expect(await askCloudOf(machine, spec)).toEqual({
      unreliable: 'the CPU of shop-db-1 was not measured in the last minutes',
    });
    cloud.model.faults = { 'cloudwatch:GetMetricData': 'throttled' };
    expect(await askCloudOf(machine, spec)).toEqual({ unreliable: 'AWS did not answer: Throttling: Rate exceeded' });
  });

  it('needs a region', async () => {
    const { region: _region, ...nowhere } = spec;
    expect(await askCloudOf(machine, nowhere)).toEqual({
      skipped: 'no region is known for shop-db',
      fix: 'Set targets.shop-db.region in nightshift.yaml.',
    });
  });
});

it('the memory of a class is told by its name, where it tells', () => {
  const classes = ['db.t4g.micro', 'db.t4g.large', 'db.m6g.large', 'db.r6g.2xlarge', 'db.x2g.large', 'db.serverless'];
  expect(classes.map((name) => (machineMemory(name) ?? 0) / GIB)).toEqual([1, 8, 8, 64, 32, 0]);
});
