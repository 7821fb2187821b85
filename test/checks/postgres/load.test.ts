import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { load } from '../../../src/checks/postgres/load.ts';
import { machineCpus } from '../../../src/providers/rds/machine-memory.ts';
import { healthyRds, running, waiting } from '../../local/aws/cloud/orders.ts';
import { askCloudOf, cloudSampleOf, CLOUD_NOW, hostedSpec, startTestCloud, type TestCloud } from '../in-the-cloud.ts';
import { judgedControl } from '../looking.ts';

const spec = hostedSpec('postgres', 'rds', 'shop-db-1', 'shop-db-2');
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());
beforeEach(() => cloud.becomes(healthyRds('shop-db-1', 'shop-db-2')));

const found = async () => judgedControl(load, await cloudSampleOf(load, spec));

describe('the load of a database', () => {
  it('is not mentioned while sessions find a vCPU', async () => {
    expect(await found()).toEqual([]);
    cloud.model.loads = [waiting('shop-db-1', 'CPU', 2.9), waiting('shop-db-2', 'CPU', 1)];
    expect(await found()).toEqual([]);
  });

  it('says what sessions wait for, by how many for each vCPU, and which statement does most of it', async () => {
    cloud.model.loads = [
      waiting('shop-db-1', 'CPU', 0.9),
      waiting('shop-db-1', 'Lock:transactionid', 5.4),
      waiting('shop-db-1', 'IO:DataFileRead', 0.1),
      running('shop-db-1', "UPDATE stock SET n = 4711 WHERE sku = 'secret'", 4.8),
      running('shop-db-1', 'SELECT ?', 0.2),
      waiting('shop-db-2', 'CPU', 1),
    ];
    const [finding, ...more] = await found();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ key: 'postgres.load:shop-db-1', severity: 'warning', measure: { value: 3.2 } });
    expect(finding?.sentence).toBe(
      'shop-db-1 had 6.4 active sessions on average over the last 15 min, 3.2 for each of its 2 vCPUs (warning from 1.5); they were on Lock:transactionid 84 %, CPU 14 %, IO:DataFileRead 2 %. Most of it (75 %): UPDATE stock SET n = ? WHERE sku = ?.',
    );
    expect(finding?.next).toContain('lock tree');
    expect(finding?.actions).toMatchObject([{ operation: 'sessions', target: 'shop-db', disruptive: false }]);
    expect(JSON.stringify(finding)).not.toContain('secret');
  });

  it('is critical when sessions pile up, not for a minute', async () => {
    cloud.model.loads = [waiting('shop-db-1', 'CPU', (atMs) => (atMs >= CLOUD_NOW ? 20 : 1))];
    cloud.model.loads.push(waiting('shop-db-2', 'CPU', 9));
    expect(await found()).toMatchObject([{ key: 'postgres.load:shop-db-2', severity: 'critical' }]);
  });

  it('is asked once for each instance, and is a number to follow with its limits', async () => {
    cloud.endpoint.asked.length = 0;
    const sample = await cloudSampleOf(load, spec);
    expect(cloud.endpoint.asked.toSorted()).toEqual([
      'pi:GetResourceMetrics',
      'pi:GetResourceMetrics',
      'rds:DescribeDBInstances',
    ]);
    expect(load.metrics({ control: sample }, undefined, {})[0]).toMatchObject({
      name: 'load:shop-db-1',
      unit: 'sessions',
      limits: [{ value: 3 }, { value: 8 }],
    });
    expect(load.facts({ control: sample })[0]).toEqual({
      label: 'Load of shop-db-1',
      value: '0.8 active, most on CPU',
    });
  });

  it('is only shown where the class does not tell its vCPUs', async () => {
    cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, DBInstanceClass: 'db.serverless' }));
    cloud.model.loads = [waiting('shop-db-1', 'CPU', 50), waiting('shop-db-2', 'CPU', 50)];
    expect(await found()).toEqual([]);
  });

  it('is skipped where Performance Insights is off, with the command that turns it on', async () => {
    const [first, second] = cloud.model.instances;
    cloud.model.instances = [first ?? {}, { ...second, PerformanceInsightsEnabled: false }];
    expect(await cloudSampleOf(load, spec)).toMatchObject({ members: [{ member: 'shop-db-1' }], off: ['shop-db-2'] });
    cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, PerformanceInsightsEnabled: false }));
    expect(await askCloudOf(load, { ...spec, members: spec.members.slice(0, 1) })).toEqual({
      skipped: 'Performance Insights is off on shop-db-1',
      fix: 'aws rds modify-db-instance --db-instance-identifier shop-db-1 --enable-performance-insights --apply-immediately',
    });
  });

  it('is skipped with the right that is missing, and unreliable where nothing was recorded or AWS throttles', async () => {
    cloud.model.faults = { 'pi:GetResourceMetrics': 'denied' };
    expect(await askCloudOf(load, { ...spec, account: '123456789012' })).toEqual({
      skipped: 'our role may not call pi:GetResourceMetrics',
      fix: 'Allow pi:GetResourceMetrics on arn:aws:pi:eu-central-1:123456789012:metrics/rds/* to the role of run.',
    });
    cloud.model.faults = { 'pi:GetResourceMetrics': 'throttled' };
    expect(await askCloudOf(load, spec)).toEqual({ unreliable: 'AWS did not answer: Throttling: Rate exceeded' });
    cloud.model.faults = {};
    cloud.model.loads = [];
    expect(await askCloudOf(load, spec)).toEqual({
      unreliable: 'Performance Insights has no load of shop-db-1, shop-db-2 in the last minutes',
    });
  });
});

it('the vCPUs of a class are told by its name, where it tells', () => {
  const classes = ['db.t4g.micro', 'db.t3.2xlarge', 'db.m6g.large', 'db.r6g.16xlarge', 'db.t2.small', 'db.serverless'];
  expect(classes.map(machineCpus)).toEqual([2, 8, 2, 64, null, null]);
});
