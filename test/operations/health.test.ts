import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryContext } from '../../src/app/memory-context.ts';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Report } from '../../src/core/report.ts';
import { health } from '../../src/operations/health.ts';
import { openTarget } from '../../src/providers/index.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  [database, cache] = await Promise.all([
    startTestPostgres({ replica: true }),
    startTestRedis({ replica: true, sentinels: true }),
  ]);
});
afterAll(() => Promise.all([database.stop(), cache.stop()]));

async function healthOf(spec: TargetSpec, environment: Record<string, string>): Promise<Report> {
  const secret = async (reference: { from: string; name?: string }) => environment[reference.name ?? ''] ?? '';
  const target = await openTarget(spec, 'read', { secret });
  try {
    const name = { name: spec.name, engine: spec.engine, environment: 'test' };
    const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'test' };
    const outcome: Outcome = await health.run(memoryContext(health, name, tools), {});
    expectPublished(outcome);
    if ('done' in outcome) return outcome.done;
    throw new Error(JSON.stringify(outcome));
  } finally {
    await target.close();
  }
}

describe('the health report', () => {
  it('of a real PostgreSQL pair in order says healthy, with every check answered', async () => {
    const report = await healthOf(database.spec, database.environment);
    const asked = postgresChecks.filter(({ ask }) => !ask.control && !ask.machine).length;
    expect(report.coverage).toEqual({
      asked,
      answered: asked,
      gaps: [],
      unseen: ['how full the disk is, so no day is forecast'],
    });
    expect(report.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(report).toMatchObject({ status: 'healthy', headline: 'healthy' });
    expect(report.facts.length).toBeGreaterThan(4);
  });

  it('of a real Redis trio in order says healthy, with every check answered', async () => {
    const report = await healthOf(cache.spec, cache.environment);
    const asked = redisChecks.filter(({ ask }) => !ask.control && !ask.machine).length;
    expect(report.coverage).toEqual({ asked, answered: asked, gaps: [] });
    expect(report.findings.filter(({ severity }) => severity === 'critical')).toEqual([]);
  });

  it('names the replica that does not answer, and what else follows from it', async () => {
    const away = database.spec.members.map((member) => (member.role === 'replica' ? { ...member, port: 1 } : member));
    const report = await healthOf({ ...database.spec, members: away }, database.environment);
    expect(report.findings.map(({ key }) => key)).toContain('postgres.reachable:shop-db-2');
    expect(report.status).not.toBe('healthy');
  });

  it('is unknown, never green, when nobody answers', async () => {
    const away = database.spec.members.map((member) => ({ ...member, port: 1 }));
    const report = await healthOf({ ...database.spec, members: away }, database.environment);
    expect(report).toMatchObject({ status: 'unknown', coverage: { answered: 0 } });
    expect(report.headline).toMatch(/could not be looked at/);
  });

  it('says that the password is wrong, without the password', async () => {
    const report = await healthOf(database.spec, {
      ...database.environment,
      SHOP_DB_READ_PASSWORD: 'not-the-password',
    });
    expect(JSON.stringify(report)).toMatch(/password/i);
    expect(JSON.stringify(report)).not.toContain('not-the-password');
  });
});
