import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresChecks } from '../../src/checks/index.ts';
import type { Point } from '../../src/core/metric.ts';
import { startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { GIB, healthyRds, publish } from '../local/aws/cloud/orders.ts';
import { openHealthRuns, type HealthRuns } from './health-runs.ts';

let runs: HealthRuns;
let cloud: TestCloud;

beforeAll(async () => {
  [runs, cloud] = await Promise.all([openHealthRuns(), startTestCloud()]);
});
afterAll(() => Promise.all([runs.stop(), cloud.stop()]));
beforeEach(() => {
  cloud.becomes(healthyRds('shop-db-1'));
  cloud.endpoint.asked.length = 0;
  runs.standsIn({ hosted: true });
});

describe('health of a target that a cloud hosts', () => {
  it('asks every check, of the server and of the cloud, and is healthy', async () => {
    const report = await runs.health();
    expect(report).toMatchObject({ status: 'healthy', coverage: { asked: postgresChecks.length, gaps: [] } });
    expect(report.coverage?.answered).toBe(postgresChecks.length);
    expect(report.coverage).not.toHaveProperty('unseen');
    expect(report.facts.map(({ label }) => label)).toContain('CPU of shop-db-1');
    expect(cloud.endpoint.asked.toSorted()).toEqual([
      'cloudwatch:GetMetricData',
      'pi:GetResourceMetrics',
      'rds:DescribeCertificates',
      'rds:DescribeDBEngineVersions',
      'rds:DescribeDBInstances',
      'rds:DescribePendingMaintenanceActions',
    ]);
  });

  it('names the storage that is nearly full, first', async () => {
    publish(cloud.model, 'FreeStorageSpace', 3 * GIB);
    cloud.model.instances = cloud.model.instances.map((one) => ({ ...one, MaxAllocatedStorage: 100 }));
    const report = await runs.health();
    expect(report.findings[0]).toMatchObject({ key: 'postgres.disk:shop-db-1', severity: 'critical' });
    expect(report.status).toBe('critical');
  });

  it('says when the disk will be full, counting what the storage may grow by itself', async () => {
    publish(cloud.model, 'FreeStorageSpace', 10 * GIB);
    const past = (metric: string) => (metric === 'disk:shop-db-1' ? growing(90 * GIB, 9 * GIB) : []);
    runs.standsIn({ hosted: true, past });
    const { facts, findings, charts } = await runs.health();
    // 110 GiB are left of 200, at 9 a day.
    expect(facts[0]).toEqual({ label: 'Disk of shop-db-1', value: 'full in 12 days, about 10 Dec' });
    expect(findings).toMatchObject([
      {
        key: 'postgres.disk:forecast:disk:shop-db-1',
        severity: 'info',
        sentence:
          'Disk of shop-db-1: full in 12 days, about 10 Dec, if it goes on growing as it did (info at 14 days).',
      },
    ]);
    expect(charts.map(({ title }) => title)).toEqual(['shop-db · disk:shop-db-1']);
  });

  it('names no day where the past is uneven, or too short', async () => {
    runs.standsIn({
      hosted: true,
      past: () => growing(50 * GIB, 5 * GIB).map(([at, mean], n) => [at, n % 2 ? mean : mean / 3, mean, mean]),
    });
    expect((await runs.health()).facts.map(({ value }) => value).join()).not.toContain('full in');
    runs.standsIn({ hosted: true, past: () => growing(50 * GIB, 5 * GIB).slice(-4) });
    expect((await runs.health()).facts.map(({ value }) => value).join()).not.toContain('full in');
  });

  it('is not healthy in silence when metrics are throttled: the checks that need them are unreliable', async () => {
    cloud.model.faults = { 'cloudwatch:GetMetricData': 'throttled' };
    const { coverage } = await runs.health();
    expect(coverage?.gaps).toEqual(
      ['postgres.disk', 'postgres.machine'].map((check) => ({
        check,
        kind: 'unreliable',
        reason: 'AWS did not answer: Throttling: Rate exceeded',
      })),
    );
  });

  it('skips what the role may not ask, with the action and the resource to allow', async () => {
    cloud.model.faults = { 'rds:DescribePendingMaintenanceActions': 'denied' };
    expect((await runs.health()).coverage?.gaps).toEqual([
      {
        check: 'postgres.hosting',
        kind: 'skipped',
        reason: 'our role may not call rds:DescribePendingMaintenanceActions',
        fix: 'Allow rds:DescribePendingMaintenanceActions on arn:aws:rds:eu-central-1:*:db:* to the role of run.',
      },
    ]);
  });

  it('still tells of the server when the cloud cannot be asked at all', async () => {
    const broken = cloud.endpoint.environment['AWS_ENDPOINT_URL_RDS'];
    process.env['AWS_ENDPOINT_URL_RDS'] = 'http://127.0.0.1:1';
    try {
      const { coverage } = await runs.health();
      expect(coverage?.gaps.map(({ check, kind }) => [check, kind])).toEqual(
        ['postgres.disk', 'postgres.hosting', 'postgres.load', 'postgres.machine'].map((check) => [
          check,
          'unreliable',
        ]),
      );
    } finally {
      process.env['AWS_ENDPOINT_URL_RDS'] = broken;
    }
  });
});

describe('health of a target on a server of one’s own', () => {
  it('asks no cloud, misses no answer of one, and says what nobody can see', async () => {
    runs.standsIn({ hosted: false });
    const { coverage } = await runs.health();
    const asked = postgresChecks.filter(({ ask }) => !ask.control && !ask.machine).length;
    expect(coverage).toEqual({
      asked,
      answered: asked,
      gaps: [],
      unseen: ['how full the disk is, so no day is forecast'],
    });
    expect(cloud.endpoint.asked).toEqual([]);
  });
});

/** Ten daily points that end half a day before what the disk holds now. */
function growing(nowBytes: number, bytesADay: number): Point[] {
  return Array.from({ length: 10 }, (_, n): Point => {
    const daysAgo = 9.5 - n;
    const value = Math.max(0, nowBytes - bytesADay * daysAgo);
    return [Date.now() / 1000 - daysAgo * 86_400, value, value, value];
  });
}
