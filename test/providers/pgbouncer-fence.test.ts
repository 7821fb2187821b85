import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTarget } from '../../src/providers/index.ts';
import type { Fence } from '../../src/targets/fence.ts';
import type { FenceSpec } from '../../src/targets/spec.ts';
import { until } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { fenceThrough, hasPgbouncer, startPgbouncer, type TestPgbouncer } from '../servers/pgbouncer.ts';
import { testPasswords } from '../servers/passwords.ts';

/** A server of which nothing works on any more, and which says nothing: the postmaster first, so that it starts nobody else. */
function freeze(postmaster: number): void {
  signal(postmaster, 'SIGSTOP');
  for (const pid of childrenOf(postmaster)) signal(pid, 'SIGSTOP');
}

/** Those that ended meanwhile stay its children until it goes on. */
function thaw(postmaster: number): void {
  for (const pid of [...childrenOf(postmaster), postmaster]) signal(pid, 'SIGCONT');
}

function childrenOf(pid: number): number[] {
  return (readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? []).map(Number);
}

/** One that has ended needs none. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown;
  }
}

/** Where a server says nothing, there is nothing to wait for. */
const IMPATIENT = { connectTimeoutMs: 2000, queryTimeoutMs: 4000 };

describe.skipIf(!hasPgbouncer).each(['transaction', 'session'])(
  'a fence of PgBouncer in %s mode (Debian package pgbouncer; skipped without it)',
  (mode) => {
    let server: TestPostgres;
    let pool: TestPgbouncer;
    const entry = (port: number) => `shop = host=127.0.0.1 port=${port} dbname=shop`;
    const lines = [`pool_mode = ${mode}`, 'admin_users = nightshift_act', 'stats_users = nightshift_read'];
    lines.push('server_login_retry = 1');
    beforeAll(async () => void (server = await startTestPostgres({ replica: true })));
    beforeEach(async () => void (pool = await startPgbouncer([entry(server.primary.port)], lines)));
    afterEach(() => pool.stop());
    afterAll(() => server.stop());

    const secret = async (reference: { from: string; name?: string }) => server.environment[reference.name ?? ''] ?? '';
    type How = { spec?: FenceSpec | undefined; timeouts?: typeof IMPATIENT };
    async function inRoom<R>(room: 'read' | 'act', ask: (fence: Fence) => Promise<R>, how: How = {}): Promise<R> {
      const fence = how.spec ?? fenceThrough({ 'pool-1': pool.port });
      const target = await openTarget({ ...server.spec, fence }, room, { secret, ...how.timeouts });
      try {
        if (target.engine !== 'postgres' || !target.fence) throw new Error('no fence');
        return await ask(target.fence);
      } finally {
        await target.close();
      }
    }
    const look = (spec?: FenceSpec) => inRoom('read', (fence) => fence.look(), { spec });
    const close = (spec?: FenceSpec) => inRoom('act', (fence) => fence.close(), { spec });
    const open = () => inRoom('act', (fence) => fence.open());
    const console = async (command: string) => {
      const client = new pg.Client({
        ...address(pool.port, 'nightshift_act', testPasswords.act),
        database: 'pgbouncer',
      });
      client.on('error', () => {});
      await client.connect();
      try {
        await client.query(command);
      } finally {
        await client.end();
      }
    };
    const address = (port: number, user: string, password: string) => ({ host: '127.0.0.1', port, user, password });
    const application = async () => {
      const login = address(pool.port, 'postgres', testPasswords.superuser);
      const client = new pg.Client({ ...login, database: 'shop', connectionTimeoutMillis: 5000 });
      const cut = new Promise<string>((resolve) => client.on('error', (error) => resolve(error.message)));
      await client.connect();
      return { client, cut };
    };
    const whyNotIn = () => application().then(({ client }) => client.end().then(() => 'let in'), String);
    const running = () =>
      until(
        () => look().catch(() => undefined),
        (state) => state?.says === 'open',
      );

    /** What does not depend on how clients share connections. */
    const inOneMode = it.skipIf(mode === 'session');

    it('cuts clients, refuses new ones, and lets them in again', async () => {
      await running();
      const { client, cut } = await application();
      await client.query('select 1');
      expect(await close()).toEqual({
        says: 'closed',
        sentence: 'pool-1 keeps clients off shop, with no connection to the server.',
        leads: [{ through: 'pool-1', to: `127.0.0.1:${server.primary.port}`, member: 'shop-db-1' }],
      });
      expect(await cut).toMatch(/database removed|terminated/);
      expect(await whyNotIn()).toMatch('database "shop" is disabled');
      expect(await look()).toMatchObject({ says: 'closed' });
      expect(await close()).toMatchObject({ says: 'closed' });
      expect(await open()).toMatchObject({ says: 'open', sentence: 'pool-1 lets clients in to shop.' });
      expect(await open()).toMatchObject({ says: 'open' });
      expect(await whyNotIn()).toBe('let in');
    });

    it('closes before a server that answers nothing, for which PAUSE waits', async () => {
      await running();
      const { client, cut } = await application();
      await client.query('create table if not exists held (n int)');
      await client.query('begin; insert into held values (1)');
      const lookNow = () => inRoom('read', (fence) => fence.look(), { timeouts: IMPATIENT });
      try {
        freeze(server.primary.pid);
        // It does not come back: not even when there is nothing left to wait for.
        console('PAUSE shop').catch(() => undefined);
        const paused = await until(lookNow, ({ sentence }) => sentence.includes('has paused'));
        expect(paused).toMatchObject({
          says: 'open',
          sentence: 'pool-1 has paused shop, and 1 connection to the server are still in use.',
        });
        const closed = await inRoom('act', (fence) => fence.close(), { timeouts: IMPATIENT });
        expect(closed).toMatchObject({ says: 'closed' });
        expect(await cut).toMatch(/database removed|terminated/);
      } finally {
        thaw(server.primary.pid);
      }
      expect(await look()).toMatchObject({ says: 'closed' });
    });

    inOneMode('that only refuses new clients is not closed', async () => {
      await running();
      const { client } = await application();
      await console('DISABLE shop');
      expect(await look()).toMatchObject({
        says: 'open',
        sentence: 'pool-1 refuses new clients of shop, and those it has may go on.',
      });
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await client.end();
    });

    inOneMode('is unknown where one of the poolers does not answer, whatever the others say', async () => {
      await running();
      const both = fenceThrough({ 'pool-1': pool.port, 'pool-2': 1 });
      expect(await close(both)).toMatchObject({
        says: 'unknown',
        sentence:
          'pool-1 keeps clients off shop, with no connection to the server; pool-2 did not say how it stands: nothing listens on 127.0.0.1:1 (connection refused).',
      });
      expect(await look(both)).toMatchObject({ says: 'unknown' });
    });

    inOneMode('is open again after the pooler was started anew', async () => {
      await running();
      expect(await close()).toMatchObject({ says: 'closed' });
      await pool.restart();
      expect(await running()).toMatchObject({ says: 'open' });
    });

    inOneMode('stays closed when the pooler is pointed elsewhere, and says to which server it leads', async () => {
      await running();
      await close();
      pool.point([entry(server.replica?.port ?? 0)]);
      const there = await until(look, ({ leads }) => leads?.[0]?.member === 'shop-db-2');
      expect(there.says).toBe('closed');
      expect(await whyNotIn()).toMatch('is disabled');
      pool.point(['shop = host=127.0.0.1 port=9 dbname=shop']);
      const nobody = await until(look, ({ leads }) => leads?.[0]?.to === '127.0.0.1:9');
      expect(nobody.leads).toEqual([{ through: 'pool-1', to: '127.0.0.1:9', member: null }]);
    });

    inOneMode('is open where another name leads to the same database', async () => {
      await running();
      pool.point([entry(server.primary.port), entry(server.primary.port).replace('shop =', 'reports =')]);
      const closed = await until(close, ({ sentence }) => sentence.includes('reports'));
      expect(closed).toMatchObject({
        says: 'open',
        sentence: 'pool-1 keeps clients off shop, but reports leads to the same server and is open.',
      });
    });

    inOneMode('is unknown where several processes may share the port', async () => {
      const shared = await startPgbouncer([entry(server.primary.port)], [...lines, 'so_reuseport = 1']);
      const both = fenceThrough({ 'pool-1': shared.port });
      const state = await until(
        () => look(both),
        ({ leads }) => leads?.length === 1,
      );
      await shared.stop();
      expect(state).toMatchObject({ says: 'unknown', sentence: expect.stringMatching(/\(so_reuseport\)/) });
    });

    inOneMode('is no fence where only the fallback knows the name, and touches nothing there', async () => {
      await running();
      pool.point([`* = host=127.0.0.1 port=${server.primary.port}`]);
      const state = await until(look, ({ says }) => says === 'unknown');
      expect(state.sentence).toBe('pool-1 has no database shop of its own in [databases].');
      expect(await close()).toEqual(state);
    });

    inOneMode('says what a user may not, and what the config lacks', async () => {
      await running();
      const weak = fenceThrough({ 'pool-1': pool.port });
      const [first] = weak.poolers;
      if (!first) throw new Error('no pooler');
      const act = first.credentials.read ?? {};
      const refused = { ...weak, poolers: [{ ...first, credentials: { act } }] };
      expect(await close(refused)).toMatchObject({
        says: 'unknown',
        sentence: expect.stringMatching(/admin access needed/),
      });
      expect(await look(refused)).toMatchObject({
        sentence:
          'pool-1 did not say how it stands: there is no login for it: add targets.shop-db.fence.poolers.pool-1.credentials.read to nightshift.yaml.',
      });
    });
  },
);
