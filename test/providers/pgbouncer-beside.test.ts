import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whyNotFence } from '../../src/operations/fence/why-not.ts';
import { lookAtFence } from '../../src/operations/fence/look.ts';
import { openTarget } from '../../src/providers/index.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import type { FenceSpec } from '../../src/targets/spec.ts';
import { until } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { fenceThrough, hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../servers/pgbouncer.ts';
import { testPasswords } from '../servers/passwords.ts';

describe.skipIf(!hasPgbouncer)('a fence of PgBouncer (Debian package pgbouncer; skipped without it)', () => {
  let server: TestPostgres;
  let pool: TestPgbouncer;
  const lines = ['admin_users = nightshift_act', 'stats_users = nightshift_read'];
  const entry = (name: string, database: string) =>
    `${name} = host=127.0.0.1 port=${server.primary.port} dbname=${database}`;
  beforeAll(async () => void (server = await startTestPostgres({})));
  const start = async (...entries: string[]) => {
    pool = await startPgbouncer(entries, lines);
    await until(
      () => look().catch(() => undefined),
      (state) => state?.says === 'open',
    );
  };
  afterEach(() => pool.stop());
  afterAll(() => server.stop());

  const secret = async (reference: { from: string; name?: string }) => server.environment[reference.name ?? ''] ?? '';
  async function inRoom<R>(room: 'read' | 'act', fence: FenceSpec, ask: (target: PostgresTarget) => Promise<R>) {
    const options = { secret, connectTimeoutMs: 2000, queryTimeoutMs: 5000 };
    const target = await openTarget({ ...server.spec, fence }, room, options);
    try {
      if (target.engine !== 'postgres' || !target.fence) throw new Error('no fence');
      return await ask(target);
    } finally {
      await target.close();
    }
  }
  const look = (spec = fenceThrough({ 'pool-1': pool.port })) =>
    inRoom('read', spec, async ({ fence }) => fence?.look());
  const close = (spec = fenceThrough({ 'pool-1': pool.port })) =>
    inRoom('act', spec, async ({ fence }) => fence?.close());
  const whyNotClosed = () =>
    inRoom('read', fenceThrough({ 'pool-1': pool.port }), async (target) => {
      const seen = await lookAtFence(target);
      return 'refused' in seen ? seen.refused : whyNotFence(seen);
    });
  async function connected<R>(user: string, password: string, database: string, ask: (client: pg.Client) => R) {
    const at = { host: '127.0.0.1', port: pool.port, user, password, database };
    const client = new pg.Client({ ...at, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await ask(client);
    } finally {
      await client.end();
    }
  }
  const console = (command: string) =>
    connected('nightshift_act', testPasswords.act, 'pgbouncer', (client) => client.query(command));
  const comesIn = (database: string) =>
    connected('postgres', testPasswords.superuser, database, () => 'let in').catch(String);

  it('is open where somebody else has only paused it: a RESUME lets all in', async () => {
    await start(entry('shop', 'shop'));
    await console('PAUSE shop');
    expect(await look()).toMatchObject({
      says: 'open',
      sentence: 'pool-1 has shop paused only: a RESUME lets all in.',
    });
    expect(await whyNotClosed()).toBeUndefined();
    expect(await close()).toMatchObject({ says: 'closed' });
    await console('RESUME shop');
    expect(await comesIn('shop')).toMatch('database "shop" is disabled');
  });
});
