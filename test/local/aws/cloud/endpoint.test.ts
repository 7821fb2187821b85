import { CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeUpdateActionsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { GetResourceMetricsCommand, PIClient } from '@aws-sdk/client-pi';
import {
  DescribeCertificatesCommand,
  DescribeDBClustersCommand,
  DescribeDBEngineVersionsCommand,
  DescribeDBInstancesCommand,
  DescribePendingMaintenanceActionsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCloudEndpoint, type CloudEndpoint } from '../../../../src/local/aws/cloud/endpoint.ts';
import { emptyCloud, type CloudModel } from '../../../../src/local/aws/cloud/model.ts';
import { virtualClock } from '../../../runtime/virtual-clock.ts';
import { GIB, healthyRds, publish, resourceOf } from './orders.ts';

const clock = virtualClock('2026-11-28T02:00:00Z');
const model: CloudModel = emptyCloud();
let endpoint: CloudEndpoint;
let rds: RDSClient;
let elasticache: ElastiCacheClient;
let cloudwatch: CloudWatchClient;
let pi: PIClient;

beforeAll(async () => {
  endpoint = await startCloudEndpoint(model, { now: clock.now });
  const settings = {
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  rds = new RDSClient(settings);
  elasticache = new ElastiCacheClient(settings);
  cloudwatch = new CloudWatchClient(settings);
  pi = new PIClient(settings);
});
afterAll(() => endpoint.close());
beforeEach(() => void Object.assign(model, emptyCloud(), healthyRds('orders-1', 'orders-2')));

describe('RDS, asked by its own client', () => {
  it('describes an instance with every member of the model, dates and numbers among them', async () => {
    const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders-2' }));
    expect(DBInstances).toMatchObject([model.instances[1]]);
  });

  it('lists what filters name, page by page', async () => {
    const Filters = [{ Name: 'db-instance-id', Values: ['orders-2', 'orders-1'] }];
    const first = await rds.send(new DescribeDBInstancesCommand({ Filters, MaxRecords: 1 }));
    expect(first.DBInstances).toMatchObject([{ DBInstanceIdentifier: 'orders-1' }]);
    const Marker = first.Marker;
    const second = await rds.send(new DescribeDBInstancesCommand({ Filters, ...(Marker ? { Marker } : {}) }));
    expect(second).toMatchObject({ DBInstances: [{ DBInstanceIdentifier: 'orders-2' }] });
    expect(second.Marker).toBeUndefined();
  });

  it('refuses a name and a filter that it does not know, with the codes of AWS', async () => {
    const unknown = rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'nobody' }));
    await expect(unknown).rejects.toMatchObject({
      name: 'DBInstanceNotFoundFault',
      $metadata: { httpStatusCode: 404 },
    });
    const Filters = [{ Name: 'db-instance-name', Values: ['x'] }];
    await expect(rds.send(new DescribeDBInstancesCommand({ Filters }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await expect(rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'nobody' }))).rejects.toMatchObject({
      name: 'DBClusterNotFoundFault',
    });
  });

  it('tells of pending maintenance, versions to upgrade to, and certificates', async () => {
    const arn = model.instances[0]?.DBInstanceArn ?? '';
    const ForcedApplyDate = new Date('2026-12-01T04:00:00Z');
    const action = { Action: 'system-update', Description: 'New Operating System update', ForcedApplyDate };
    model.maintenance = [{ ResourceIdentifier: arn, PendingMaintenanceActionDetails: [action] }];
    const pending = async (...Values: string[]) =>
      (await rds.send(new DescribePendingMaintenanceActionsCommand({ Filters: [{ Name: 'db-instance-id', Values }] })))
        .PendingMaintenanceActions;
    expect(await pending('orders-1')).toEqual(model.maintenance);
    expect(await pending('orders-2')).toEqual([]);
    const { DBEngineVersions } = await rds.send(
      new DescribeDBEngineVersionsCommand({ Engine: 'postgres', EngineVersion: '18.2' }),
    );
    expect(DBEngineVersions).toMatchObject([
      { ValidUpgradeTarget: [{ EngineVersion: '18.3' }, { AutoUpgrade: true }] },
    ]);
    expect((await rds.send(new DescribeCertificatesCommand({}))).Certificates).toEqual(model.certificates);
  });

  it('refuses what the schema of the client does not know', async () => {
    const asked = async (body: string) => (await fetch(endpoint.url, { method: 'POST', body })).text();
    const form = 'Action=DescribeDBInstances&Version=2014-10-31';
    expect(await asked(`${form}&DBInstanceIdentifer=orders-1`)).toContain('knows no parameter DBInstanceIdentifer');
    expect(await asked(`${form}&MaxRecords=many`)).toContain('MaxRecords is not a number');
    expect(await asked('Action=DeleteDBInstance&Version=2014-10-31')).toContain('rds:DeleteDBInstance is not emulated');
  });

  it('never answers with a member that RDS does not have', async () => {
    model.instances = [{ DBInstanceIdentifier: 'orders-1', Multi_AZ: true } as object];
    await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      message: expect.stringContaining('has no member Multi_AZ'),
    });
  });
});

describe('ElastiCache, asked by its own client', () => {
  beforeEach(() => {
    model.groups = [{ ReplicationGroupId: 'shop-cache', Status: 'available', MemberClusters: ['shop-cache-001'] }];
    model.nodes = [{ CacheClusterId: 'shop-cache-001', ReplicationGroupId: 'shop-cache', EngineVersion: '7.1.0' }];
    model.updates = [
      { ReplicationGroupId: 'shop-cache', ServiceUpdateName: 'elasticache-1', UpdateActionStatus: 'not-applied' },
      { ReplicationGroupId: 'shop-cache', ServiceUpdateName: 'elasticache-0', UpdateActionStatus: 'complete' },
    ];
  });

  it('describes groups, nodes and the updates that wait', async () => {
    const groups = await elasticache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'shop-cache' }));
    expect(groups.ReplicationGroups).toEqual(model.groups);
    const nodes = await elasticache.send(new DescribeCacheClustersCommand({ ShowCacheNodeInfo: true }));
    expect(nodes.CacheClusters).toEqual(model.nodes);
    const updates = await elasticache.send(
      new DescribeUpdateActionsCommand({ ReplicationGroupIds: ['shop-cache'], UpdateActionStatus: ['not-applied'] }),
    );
    expect(updates.UpdateActions).toEqual(model.updates.slice(0, 1));
  });

  it('refuses names that it does not know', async () => {
    const group = elasticache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'nobody' }));
    await expect(group).rejects.toMatchObject({ name: 'ReplicationGroupNotFoundFault' });
    const node = elasticache.send(new DescribeCacheClustersCommand({ CacheClusterId: 'nobody' }));
    await expect(node).rejects.toMatchObject({ name: 'CacheClusterNotFoundFault' });
  });
});

describe('CloudWatch, asked by its own client', () => {
  const query = (Id: string, MetricName: string, Stat = 'Average', Period = 60): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/RDS',
        MetricName,
        Dimensions: [{ Name: 'DBInstanceIdentifier', Value: 'orders-1' }],
      },
      Stat,
      Period,
    },
  });
  const span = (minutes: number) => ({
    StartTime: new Date(clock.now() - minutes * 60_000),
    EndTime: new Date(clock.now()),
  });
  const data = async (minutes: number, ...MetricDataQueries: MetricDataQuery[]) =>
    (await cloudwatch.send(new GetMetricDataCommand({ ...span(minutes), MetricDataQueries }))).MetricDataResults;

  it('gives a datapoint for each period of the virtual clock, the newest first', async () => {
    publish(model, 'CPUUtilization', (atMs) => new Date(atMs).getUTCMinutes());
    const [cpu, storage] = (await data(5, query('a', 'CPUUtilization'), query('b', 'FreeStorageSpace'))) ?? [];
    expect(cpu).toMatchObject({ Id: 'a', Values: [59, 58, 57, 56, 55], StatusCode: 'Complete' });
    expect(cpu?.Timestamps?.[0]).toEqual(new Date('2026-11-28T01:59:00Z'));
    expect(storage?.Values).toEqual(Array.from({ length: 5 }, () => 50 * GIB));
  });

  it('takes the statistic over a period', async () => {
    publish(model, 'CPUUtilization', (atMs) => new Date(atMs).getUTCMinutes());
    const results = await data(
      5,
      query('low', 'CPUUtilization', 'Minimum', 300),
      query('high', 'CPUUtilization', 'Maximum', 300),
      query('mean', 'CPUUtilization', 'Average', 300),
      query('p90', 'CPUUtilization', 'p90', 300),
    );
    expect(results?.map(({ Values }) => Values)).toEqual([[55], [59], [57], [59]]);
  });

  it('has no datapoints of a metric that nobody publishes, and that is no error', async () => {
    expect(await data(5, query('a', 'CPUCreditBalance'))).toMatchObject([{ Values: [], StatusCode: 'Complete' }]);
    expect(await data(5, query('a', 'EBSIOBalance%'))).toMatchObject([{ Values: [99] }]);
  });

  it('refuses ids twice, a period that is no minute, and a span that ends before it begins', async () => {
    const twice = data(5, query('a', 'CPUUtilization'), query('a', 'SwapUsage'));
    await expect(twice).rejects.toMatchObject({ message: expect.stringContaining('not unique') });
    await expect(data(5, query('a', 'CPUUtilization', 'Average', 61))).rejects.toThrow(/multiple of 60/);
    await expect(data(-5, query('a', 'CPUUtilization'))).rejects.toThrow(/StartTime/);
  });
});

describe('Performance Insights, asked by its own client', () => {
  const load = (Identifier: string, GroupBy: { Group: string; Limit?: number }, PeriodInSeconds = 60) =>
    pi.send(
      new GetResourceMetricsCommand({
        ServiceType: 'RDS',
        Identifier,
        StartTime: new Date(clock.now() - 180_000),
        EndTime: new Date(clock.now()),
        PeriodInSeconds,
        MetricQueries: [{ Metric: 'db.load.avg', GroupBy }],
      }),
    );

  it('gives all sessions first, then the largest values of a dimension', async () => {
    const { MetricList } = await load(resourceOf('orders-1'), { Group: 'db.wait_event', Limit: 1 });
    expect(MetricList?.map(({ Key, DataPoints }) => [Key?.Dimensions, DataPoints?.map(({ Value }) => Value)])).toEqual([
      [undefined, [0.8, 0.8, 0.8]],
      [{ 'db.wait_event.name': 'CPU', 'db.wait_event.type': 'CPU' }, [0.5, 0.5, 0.5]],
    ]);
    expect(MetricList?.[0]?.DataPoints?.at(-1)?.Timestamp).toEqual(new Date(clock.now()));
  });

  it('refuses an instance that does not record, and a period that there is not', async () => {
    const wait = { Group: 'db.wait_event' };
    await expect(load('db-NOBODY', wait)).rejects.toMatchObject({ name: 'InvalidArgumentException' });
    await expect(load(resourceOf('orders-1'), wait, 120)).rejects.toThrow(/PeriodInSeconds/);
    await expect(load(resourceOf('orders-1'), { Group: 'db.wait_event', Limit: 26 })).rejects.toThrow(/Limit/);
  });
});

describe('the faults', () => {
  it('throttle and deny one action in the words of AWS, whatever the protocol', async () => {
    model.faults = { 'rds:DescribeDBInstances': 'throttled', 'cloudwatch:GetMetricData': 'throttled' };
    await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
    const metrics = () =>
      cloudwatch.send(
        new GetMetricDataCommand({ StartTime: new Date(0), EndTime: new Date(1), MetricDataQueries: [] }),
      );
    await expect(metrics()).rejects.toMatchObject({ name: 'Throttling' });
    model.faults = { 'rds:DescribeDBInstances': 'denied', 'cloudwatch:GetMetricData': 'denied' };
    await expect(rds.send(new DescribeDBInstancesCommand({}))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('not authorized to perform: rds:DescribeDBInstances'),
    });
    await expect(metrics()).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(endpoint.asked.slice(-2)).toEqual(['rds:DescribeDBInstances', 'cloudwatch:GetMetricData']);
  });
});
