import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findRunOperation } from '../../src/app/find-operation.ts';
import { nothingActs } from '../../src/app/nothing-acts.ts';
import { runInRoom, type RoomTools } from '../../src/app/room.ts';
import { createRunHandler } from '../../src/app/run.ts';
import type { RunTools } from '../../src/app/run-tools.ts';
import { postgresChecks } from '../../src/checks/index.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Point } from '../../src/core/metric.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Report } from '../../src/core/report.ts';
import type { RoomRequest } from '../../src/core/run.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { openTarget } from '../../src/providers/index.ts';
import { openDurable, type Durable } from '../../src/runtime/durable/open.ts';
import type { MemberSpec } from '../../src/targets/spec.ts';
import { exposition } from '../providers/machines/exposition.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { startStandIn, type Exporter } from '../servers/exporters.ts';
import { CLOUD_NOW, startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { GIB, healthyRds, publish } from '../local/aws/cloud/orders.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-control-'));
let server: TestPostgres;
let cloud: TestCloud;
let durable: Durable;
let delivered: Outcome[] = [];
let hosted = true;
let exporter: Exporter;
let exported = false;
let told = true;
let past: (metric: string) => Point[] = () => [];
let runs = 0;

beforeAll(async () => {
  [server, cloud, exporter] = await Promise.all([
    startTestPostgres(),
    startTestCloud(),
    startStandIn(() => ({ body: exposition() })),
  ]);
  const functions = [
    {
      name: 'run',
      handler: createRunHandler(async () => runTools()) as (event: unknown) => Promise<unknown>,
      timeoutSeconds: 60,
      durable: { executionTimeoutSeconds: 3600, retentionDays: 1 },
    },
    {
      name: 'read',
      handler: (event: unknown) => runInRoom(roomTools(), 'read', event as RoomRequest),
      timeoutSeconds: 60,
    },
  ];
  durable = openDurable({
    path: join(folder, 'lambda.sqlite'),
    functions: new Map(functions.map((one) => [one.name, one])),
  });
});
afterAll(async () => {
  await durable.close();
  await Promise.all([server.stop(), cloud.stop(), exporter.stop()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  cloud.becomes(healthyRds('shop-db-1'));
  hosted = true;
  exported = false;
  told = true;
  past = () => [];
});

/** A whole run of health: its SQL goes to a real server, what it asks of the cloud to the stand-in. */
async function health(): Promise<Report> {
  delivered = [];
  cloud.endpoint.asked.length = 0;
  // A person sees this instant; a schedule would look again after a minute.
  const trigger = { kind: 'command', user: 'U0OMAR', channel: 'C0ALERTS' };
  const request = { runId: `health-${(runs += 1)}`, operation: 'health', subject: 'shop-db', args: {}, trigger };
  await durable.finished(durable.start({ functionName: 'run', payload: JSON.stringify(request) }));
  const [outcome] = delivered;
  if (outcome && 'done' in outcome) return outcome.done;
  throw new Error(JSON.stringify(outcome));
}

describe('health of a target that a cloud hosts', () => {
  it('asks every check, of the server and of the cloud, and is healthy', async () => {
    const report = await health();
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
    const report = await health();
    expect(report.findings[0]).toMatchObject({ key: 'postgres.disk:shop-db-1', severity: 'critical' });
    expect(report.status).toBe('critical');
  });

  it('says when the disk will be full, counting what the storage may grow by itself', async () => {
    publish(cloud.model, 'FreeStorageSpace', 10 * GIB);
    past = (metric) => (metric === 'disk:shop-db-1' ? growing(90 * GIB, 9 * GIB) : []);
    const { facts, findings, charts } = await health();
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
    past = () => growing(50 * GIB, 5 * GIB).map(([at, mean], n) => [at, n % 2 ? mean : mean / 3, mean, mean]);
    expect((await health()).facts.map(({ value }) => value).join()).not.toContain('full in');
    past = () => growing(50 * GIB, 5 * GIB).slice(-4);
    expect((await health()).facts.map(({ value }) => value).join()).not.toContain('full in');
  });

  it('is not healthy in silence when metrics are throttled: the checks that need them are unreliable', async () => {
    cloud.model.faults = { 'cloudwatch:GetMetricData': 'throttled' };
    const { coverage } = await health();
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
    expect((await health()).coverage?.gaps).toEqual([
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
      const { coverage } = await health();
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
    hosted = false;
    const { coverage } = await health();
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

describe('health of a target on a server of one’s own with an exporter', () => {
  it('asks it for the machine and the disk in the read room, and nothing of a cloud', async () => {
    hosted = false;
    exported = true;
    const { coverage, findings, facts } = await health();
    const asked = postgresChecks.filter(({ ask }) => !ask.control).length;
    expect(coverage).toEqual({ asked, answered: asked, gaps: [] });
    expect(findings.map(({ key }) => key)).toContain('postgres.disk:shop-db-1');
    expect(facts.map(({ label }) => label)).toContain('Disk free on shop-db-1');
    expect(cloud.endpoint.asked).toEqual([]);
  });

  it('asks the server itself where its data lies', async () => {
    [hosted, exported, told] = [false, true, false];
    const { facts, coverage } = await health();
    expect(coverage?.gaps).toEqual([]);
    expect(facts).toContainEqual({ label: 'Disk free on shop-db-1', value: '10 GB of 20 GB' });
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    try {
      expect((await health()).coverage?.gaps).toContainEqual({
        check: 'postgres.disk',
        kind: 'skipped',
        reason: 'where the data of shop-db-1 lies is not told',
        fix: 'GRANT pg_read_all_settings to the role of the read room, or set targets.shop-db.members.shop-db-1.machine.dataDirectory in nightshift.yaml.',
      });
    } finally {
      await server.query('GRANT pg_monitor TO nightshift_read');
    }
  });

  it('leaves nothing green where the exporter is silent', async () => {
    [hosted, exported] = [false, true];
    const url = exporter.url;
    exporter.url = 'http://127.0.0.1:9';
    try {
      const gaps = (await health()).coverage?.gaps.map(({ check, kind }) => [check, kind]);
      expect(gaps).toEqual(['postgres.disk', 'postgres.machine'].map((check) => [check, 'unreliable']));
    } finally {
      exporter.url = url;
    }
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

/** Who tells of the machine of the test server: its data directory is said to lie on the disk of the exposition. */
function machine(): Partial<MemberSpec> {
  const source = { from: 'node-exporter', url: exporter.url };
  const where = told ? { dataDirectory: '/var/lib/postgresql/18' } : {};
  return exported ? { machine: { ...source, ...where } } : {};
}

function roomTools(): RoomTools {
  const secret = async ({ name }: { name?: string }) => server.environment[name ?? ''] ?? '';
  return {
    operation: findRunOperation,
    open: (_name, room) => {
      if (room === 'logs') throw new Error('no logs here');
      const members = server.spec.members.map((member) => ({ ...member, ...machine() }));
      return openTarget({ ...server.spec, members }, room, { secret: secret as never });
    },
    mask: createMask([]),
    ...nothingActs(),
    now: () => CLOUD_NOW,
  };
}

/** Only what a run that reads touches. */
function runTools(): RunTools {
  const tools: Partial<RunTools> = {
    now: () => CLOUD_NOW,
    mask: createMask([]),
    operation: findRunOperation,
    targetsOf: () => [
      {
        name: 'shop-db',
        engine: 'postgres',
        environment: 'test',
        ...(hosted ? { cloud: true } : {}),
        ...(exported ? { exporters: true } : {}),
      },
    ],
    whyNot: async () => undefined,
    limits: () => ({}),
    roomFunction: (_target, room) => room,
    openCloud: () => openCloud({ ...server.spec, provider: 'rds' }, { region: 'eu-central-1', now: () => CLOUD_NOW }),
    history: { past: async () => ({}), remember: async () => undefined, lastFindings: async () => [] },
    hysteresis: () => ({}),
    quiet: async () => ({ mutes: [], windows: [], acts: [] }),
    metrics: {
      keep: async () => undefined,
      last: async () => undefined,
      trends: async (_target, asked) => asked.map(({ metric }) => ({ metric, points: past(metric) })),
    },
    locks: { release: async () => undefined } as unknown as RunTools['locks'],
    audit: { record: async () => undefined },
    record: { started: async (_request, at) => ({ startedAt: at }), ended: async () => undefined },
    announce: async () => null,
    deliver: async (_request, outcome) => {
      delivered.push(outcome);
      return null;
    },
    log: () => undefined,
  };
  return tools as RunTools;
}
