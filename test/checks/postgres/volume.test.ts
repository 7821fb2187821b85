import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disk } from '../../../src/checks/postgres/disk.ts';
import { machine } from '../../../src/checks/postgres/machine.ts';
import { GIB, healthyRds } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedMachine } from '../looking.ts';

describe('the volume of a cluster', () => {
  let cloud: TestCloud;
  const spec = hostedSpec('postgres', 'aurora', 'shop-db-1', 'shop-db-2');
  const TIB = 1024 ** 4;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.stop());
  const holding = (bytes: number | undefined): void => {
    const model = healthyRds('shop-db-1', 'shop-db-2');
    const inCluster = model.instances.map((one) => ({ ...one, DBClusterIdentifier: 'shop', AllocatedStorage: 1 }));
    const volume = { namespace: 'AWS/RDS', name: 'VolumeBytesUsed', dimensions: { DBClusterIdentifier: 'shop' } };
    const used = bytes === undefined ? [] : [{ ...volume, everySeconds: 300, value: bytes }];
    const metrics = [...model.metrics, ...used];
    cloud.becomes({ ...model, instances: inCluster, clusters: [{ DBClusterIdentifier: 'shop' }], metrics });
  };

  it('is one disk for all members, asked for with their metrics in one call', async () => {
    holding(60 * TIB);
    cloud.endpoint.asked.length = 0;
    const sample = await cloudSampleOf(disk, spec);
    expect(cloud.endpoint.asked.filter((action) => action === 'cloudwatch:GetMetricData')).toHaveLength(1);
    expect(judgedMachine(disk, sample)).toEqual([]);
    expect(disk.facts({ machine: sample })).toEqual([{ label: 'Volume of shop', value: '60 TB' }]);
    expect(disk.metrics({ machine: sample }, undefined, {})).toMatchObject([
      { name: 'disk:volume', value: 60 * TIB, ceiling: { value: 128 * TIB, what: 'Volume of shop' } },
    ]);
  });

  it('warns where a fifth is left of what it may hold, which newer versions make more', async () => {
    holding(110 * TIB);
    const sample = await cloudSampleOf(disk, spec);
    expect(judgedMachine(disk, sample)).toMatchObject([
      {
        key: 'postgres.disk:volume',
        severity: 'warning',
        sentence:
          'The volume of shop holds 110 TB of 128 TB, and it cannot be made larger: 14 % is left (warning below 20 %).',
      },
    ]);
    expect(judgedMachine(disk, sample, { limits: { volumeBytes: 256 * TIB } })).toEqual([]);
  });

  it('is unreliable when it was not measured', async () => {
    holding(undefined);
    expect(await askCloudOf(disk, spec)).toEqual({
      unreliable: 'the volume of shop was not measured in the last minutes',
    });
  });

  it('leaves the machines of the members as they are, with their local storage', async () => {
    holding(TIB);
    const dimensions = { DBInstanceIdentifier: 'shop-db-1' };
    const local = { namespace: 'AWS/RDS', name: 'FreeLocalStorage', dimensions, everySeconds: 60, value: 0.3 * GIB };
    cloud.model.metrics = [...cloud.model.metrics, local];
    expect(judgedMachine(machine, await cloudSampleOf(machine, spec))).toMatchObject([
      {
        key: 'postgres.machine:shop-db-1:local',
        severity: 'critical',
        sentence: '307 MB of local storage were free on shop-db-1 (critical below 512 MB).',
      },
    ]);
  });
});
