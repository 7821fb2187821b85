import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryContext } from '../../src/app/memory-context.ts';
import { postgresChecks, redisChecks } from '../../src/checks/index.ts';
import { createMask } from '../../src/core/mask.ts';
import type { Report } from '../../src/core/report.ts';
import { causesOf, doctor } from '../../src/operations/doctor.ts';
import { createSecrets, openTarget } from '../../src/providers/index.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import { expectPublished } from '../published-json.ts';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../servers.ts';

let database: TestPostgres;
let cache: TestRedis;
beforeAll(async () => {
  [database, cache] = await Promise.all([startTestPostgres(), startTestRedis()]);
});
afterAll(() => Promise.all([database.stop(), cache.stop()]));

async function doctorOf(server: { spec: TargetSpec; environment: Record<string, string> }): Promise<Report> {
  const secrets = createSecrets((name) => server.environment[name]);
  const target = await openTarget(server.spec, 'read', { secret: secrets.resolve });
  try {
    const name = { name: server.spec.name, engine: server.spec.engine, environment: 'test' };
    const tools = { target, mask: createMask([]), nowMs: Date.now(), user: 'test' };
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

  it('is unknown where nobody answers', async () => {
    const away = database.spec.members.map((member) => ({ ...member, port: 1 }));
    const report = await doctorOf({ ...database, spec: { ...database.spec, members: away } });
    expect(report.status).toBe('unknown');
    expect(report.findings[0]?.sentence).toContain('does not answer');
  });
});
