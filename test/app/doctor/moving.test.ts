import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fenceQuestions } from '../../../src/app/doctor/target/fence.ts';
import { movingQuestions } from '../../../src/app/doctor/target/postgres-moving.ts';
import { createSessions } from '../../../src/app/doctor/target/sessions.ts';
import type { Answer, Question } from '../../../src/core/question.ts';
import type { TargetSpec } from '../../../src/targets/spec.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { fenceThrough, hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../../servers/pgbouncer.ts';

let postgres: TestPostgres;
beforeAll(async () => void (postgres = await startTestPostgres()));
afterAll(() => postgres.stop());

/** What is answered, by the last part of each id. */
async function answers(
  questionsOf: (sessions: ReturnType<typeof createSessions>, spec: TargetSpec) => Question[],
  spec: TargetSpec = postgres.spec,
): Promise<{ [id: string]: Answer }> {
  const sessions = createSessions(async (reference) =>
    'name' in reference ? (postgres.environment[reference.name] ?? '') : '',
  );
  try {
    const asked = questionsOf(sessions, spec).map(
      async ({ id, ask }) => [id.split('.').at(-1) ?? '', await ask()] as const,
    );
    return Object.fromEntries(await Promise.all(asked));
  } finally {
    await sessions.close();
  }
}

describe('what moving the writes needs', () => {
  it('is all there after the migration', async () => {
    expect(await answers(movingQuestions)).toEqual({
      moving: { ok: 'nightshift_act' },
      losses: { ok: 'nightshift_read, with pg_walinspect' },
    });
  });

  it('is named with the lines that give it, all at once', async () => {
    await postgres.query(`
      REVOKE EXECUTE ON FUNCTION pg_promote(boolean, integer) FROM nightshift_act;
      REVOKE ALTER SYSTEM ON PARAMETER default_transaction_read_only FROM nightshift_act;
      REVOKE EXECUTE ON FUNCTION nightshift.changes_since(pg_lsn) FROM nightshift_read`);
    const found = await answers(movingQuestions);
    await postgres.query(`
      GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO nightshift_act;
      GRANT ALTER SYSTEM ON PARAMETER synchronous_standby_names, default_transaction_read_only TO nightshift_act;
      GRANT EXECUTE ON FUNCTION nightshift.changes_since(pg_lsn) TO nightshift_read`);
    expect(found['moving']).toEqual({
      problem:
        'nightshift_act lacks ALTER SYSTEM on the two settings that hold writes, pg_promote: /db switchover and /db failover are refused',
      fix: 'On the primary, as a superuser: GRANT ALTER SYSTEM ON PARAMETER synchronous_standby_names, default_transaction_read_only TO nightshift_act; GRANT EXECUTE ON FUNCTION pg_promote(boolean, integer) TO nightshift_act; infra/migrations/init-database.sql gives all of it.',
    });
    expect(found['losses']).toMatchObject({
      problem: expect.stringMatching(/^nightshift_read may not use/),
      fix: expect.stringContaining('GRANT EXECUTE ON FUNCTION nightshift.changes_since(pg_lsn) TO nightshift_read;'),
    });
    expect(await answers(movingQuestions)).toMatchObject({ moving: { ok: 'nightshift_act' } });
  });

  it('is not asked where a cloud moves them', async () => {
    expect(await answers(movingQuestions, { ...postgres.spec, provider: 'rds' })).toEqual({});
  });
});

describe.skipIf(!hasPgbouncer)('what a fence needs (Debian package pgbouncer; skipped without it)', () => {
  let pool: TestPgbouncer;
  const begin = async (...lines: string[]) => {
    pool = await startPgbouncer([`shop = host=127.0.0.1 port=${postgres.port} dbname=shop`], lines);
    return { ...postgres.spec, fence: fenceThrough({ 'pool-1': pool.port }) };
  };

  it('is a user on each list', async () => {
    const spec = await begin('admin_users = nightshift_act', 'stats_users = nightshift_read');
    const found = await listening(() => answers(fenceQuestions, spec));
    await pool.stop();
    expect(found).toEqual({ read: { ok: 'each of them answers' }, act: { ok: 'each of them answers' } });
  });

  it('is named with the line of pgbouncer.ini where it is missing, also where the user may look and not act', async () => {
    const spec = await begin('stats_users = nightshift_act');
    const found = await listening(() => answers(fenceQuestions, spec));
    await pool.stop();
    expect(found).toEqual({
      read: {
        problem: expect.stringMatching(/^pool-1: the console refuses user nightshift_read/),
        fix: 'In pgbouncer.ini of pool-1: put nightshift_read on stats_users, with its password in auth_file; then RELOAD.',
      },
      act: {
        problem: expect.stringMatching(/^pool-1: the console refuses SET: /),
        fix: 'In pgbouncer.ini of pool-1: put nightshift_act on admin_users, with its password in auth_file; then RELOAD.',
      },
    });
  });

  it('is not known where nothing answers from here', async () => {
    const spec = { ...postgres.spec, fence: fenceThrough({ 'pool-1': 1 }) };
    expect(await answers(fenceQuestions, spec)).toMatchObject({
      read: { skipped: expect.stringMatching(/^seen from here, pool-1: /) },
    });
  });
});

/** A pooler that has just been started takes a moment to listen. */
async function listening(ask: () => Promise<{ [id: string]: Answer }>): Promise<{ [id: string]: Answer }> {
  let found = await ask();
  await expect
    .poll(async () => Object.values((found = await ask())).every((one) => !('skipped' in one)), { timeout: 60_000 })
    .toBe(true);
  return found;
}
