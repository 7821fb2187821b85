import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryContext } from '../../src/app/memory-context.ts';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Report } from '../../src/core/report.ts';
import { causesOf, doctor } from '../../src/operations/doctor.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import type { AnyCloud } from '../../src/targets/cloud.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { CLOUD_NOW, startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  [database, cache] = await Promise.all([startTestPostgres(), startTestRedis()]);
});
afterAll(() => Promise.all([database.stop(), cache.stop()]));

async function doctorOf(
  server: { spec: TargetSpec; environment: Record<string, string> },
  cloud?: AnyCloud,
): Promise<Report> {
  const secrets = createSecrets((name) => server.environment[name]);
  const target = await openTarget(server.spec, 'read', { secret: secrets.resolve });
  try {
    const name = {
      name: server.spec.name,
      engine: server.spec.engine,
      environment: 'test',
      ...(cloud ? { cloud: true } : {}),
    };
    const tools = { ...(cloud ? { cloud } : {}), target, mask: createMask([]), nowMs: Date.now(), user: 'test' };
    const outcome = await doctor.run(memoryContext(doctor, name, tools), {});
    expectPublished(outcome);
    if ('done' in outcome) return outcome.done;
    throw new Error(JSON.stringify(outcome));
  } finally {
    await target.close();
  }
}

describe('what is in the way of the checks', () => {
  it('is said once for all checks that the same GRANT opens, what hides most first', () => {
    const skipped = { kind: 'skipped', reason: 'sees only its own', fix: 'GRANT pg_monitor TO x;' } as const;
    const causes = causesOf([
      { check: 'postgres.a', kind: 'unreliable', reason: 'the question failed' },
      { check: 'postgres.b', ...skipped },
      { check: 'postgres.c', ...skipped },
    ]);
    expect(causes.map(({ checks }) => checks)).toEqual([['postgres.b', 'postgres.c'], ['postgres.a']]);
  });
});

describe('doctor of a target that a cloud hosts', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.stop());

  const hosted = async (): Promise<Report> => {
    const spec = { ...database.spec, provider: 'rds', account: '123456789012' };
    const asked = await openCloud(spec, { region: 'eu-central-1', now: () => CLOUD_NOW });
    return await doctorOf(database, asked);
  };

  it('says which checks of the cloud are blind, and each action with the resource to allow it on', async () => {
    cloud.becomes(healthyRds('shop-db-1'));
    cloud.model.faults = {
      'rds:DescribePendingMaintenanceActions': 'denied',
      'cloudwatch:GetMetricData': 'denied',
    };
    const { findings, coverage, status } = await hosted();
    expect(status).toBe('info');
    expect(coverage?.asked).toBe(postgresChecks.length);
    expect(findings.map(({ sentence, next }) => [sentence, next])).toEqual([
      [
        '2 checks cannot see: our role may not call cloudwatch:GetMetricData. Hidden: Free disk against its size; CPU, memory and I/O of the machine.',
        'Allow cloudwatch:GetMetricData on * to the role of run.',
      ],
      [
        'One check cannot see: our role may not call rds:DescribePendingMaintenanceActions. Hidden: Maintenance, certificate, backups and protection.',
        'Allow rds:DescribePendingMaintenanceActions on arn:aws:rds:eu-central-1:123456789012:db:* to the role of run.',
      ],
    ]);
  });

  it('has nothing to say where all can see', async () => {
    cloud.becomes(healthyRds('shop-db-1'));
    expect(await hosted()).toMatchObject({
      status: 'healthy',
      headline: `all ${postgresChecks.length} checks can see`,
    });
  });
});

describe('doctor of real servers', () => {
  it('says with the exact GRANT what a role without rights cannot see, and that nothing is wrong with the database', async () => {
    await database.query('REVOKE pg_monitor FROM nightshift_read');
    const report = await doctorOf(database);
    await database.query('GRANT pg_monitor TO nightshift_read');
    expect(report.status).toBe('info');
    expect(report.headline).toMatch(/^\d+ of \d+ checks can see, \d+ cannot$/);
    expect(report.findings[0]?.next).toBe('GRANT pg_monitor TO nightshift_read;');
    expect(report.findings[0]?.sentence).toMatch(/^\d+ checks cannot see: nightshift_read sees only its own/);
    expect(report.coverage?.gaps.length).toBeGreaterThan(0);
  });

  it('asks every check, and counts those that see', async () => {
    expect((await doctorOf(database)).coverage?.asked).toBe(
      postgresChecks.filter(({ ask }) => !ask.control && !ask.machine).length,
    );
    expect((await doctorOf(cache)).coverage?.asked).toBe(
      redisChecks.filter(({ ask }) => !ask.control && !ask.machine).length,
    );
  });

  it('says who could tell of the machines, where nobody does', async () => {
    const { findings, status } = await doctorOf(database);
    expect(status).toBe('info');
    expect(findings).toMatchObject([
      {
        sentence: 'Nobody tells of the machines of shop-db. Unseen: how full the disk is, so no day is forecast.',
        next: 'Set targets.shop-db.machine in nightshift.yaml to a node_exporter or a Prometheus: docs/machines.md.',
      },
    ]);
  });

  it('is unknown where nobody answers', async () => {
    const away = database.spec.members.map((member) => ({ ...member, port: 1 }));
    const report = await doctorOf({ ...database, spec: { ...database.spec, members: away } });
    expect(report.status).toBe('unknown');
    expect(report.findings[0]?.sentence).toContain('does not answer');
  });
});
