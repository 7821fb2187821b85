import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { whyNotFence } from '../../src/operations/fence/why-not.ts';
import { lookAtFence } from '../../src/operations/fence/look.ts';
import { openBeside } from '../../src/providers/pgbouncer/beside.ts';
import type { Row } from '../../src/providers/pgbouncer/console.ts';
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

  /** The entries of the one process that the config names, each as a pooler of its own. */
  const through = (...databases: string[]): FenceSpec => {
    const fence = fenceThrough({ 'pool-1': pool.port });
    const poolers = databases.flatMap((database) =>
      fence.poolers.map((one) => ({ ...one, database, name: database === 'shop' ? one.name : `pool-1-${database}` })),
    );
    return { ...fence, poolers };
  };
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
  const look = (spec = through('shop')) => inRoom('read', spec, async ({ fence }) => fence?.look());
  const close = (spec = through('shop')) => inRoom('act', spec, async ({ fence }) => fence?.close());
  const open = (spec: FenceSpec) => inRoom('act', spec, async ({ fence }) => fence?.open());
  const whyNotClosed = () =>
    inRoom('read', through('shop'), async (target) => {
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

  it('is open where another entry leads to another database of the same server, paused or not', async () => {
    await start(entry('shop', 'shop'), entry('billing', 'postgres'));
    const notClosed = {
      says: 'open',
      sentence: 'pool-1 keeps clients off shop, but billing leads to the same server and is open.',
    };
    expect(await close()).toMatchObject(notClosed);
    expect(await comesIn('billing')).toBe('let in');
    await console('KILL billing');
    expect(await look()).toMatchObject(notClosed);
    await console('DISABLE billing');
    expect(await look()).toMatchObject({ says: 'closed' });
  });

  it('closes every entry that the config names, and opens them again', async () => {
    await start(entry('shop', 'shop'), entry('billing', 'postgres'));
    const both = through('shop', 'billing');
    expect(await close(both)).toMatchObject({
      says: 'closed',
      sentence:
        'pool-1 keeps clients off shop, with no connection to the server; pool-1-billing keeps clients off billing, with no connection to the server.',
      leads: [
        { through: 'pool-1', member: 'shop-db-1' },
        { through: 'pool-1-billing', member: 'shop-db-1' },
      ],
    });
    expect(await Promise.all(['shop', 'billing'].map(comesIn))).toEqual([
      expect.stringMatching('database "shop" is disabled'),
      expect.stringMatching('database "billing" is disabled'),
    ]);
    expect(await open(both)).toMatchObject({ says: 'open' });
    expect(await look(both)).toMatchObject({ says: 'open', letsAllIn: true });
    expect(await Promise.all(['shop', 'billing'].map(comesIn))).toEqual(['let in', 'let in']);
  });
});

describe('an open entry beside a closed one', () => {
  const shut = { paused: 1, disabled: 1, current_connections: 0 };
  const letsIn = { paused: 0, disabled: 0, current_connections: 0 };
  const shop = { name: 'shop', host: 'db-1.internal', port: 5432, database: 'shop', ...shut };
  const addresses: Record<string, string[]> = { 'db-1.internal': ['10.0.1.5'], 'db-2.internal': ['10.0.1.6'] };
  const beside = (other: object, row: Row = shop) =>
    openBeside(
      row,
      [row, { name: 'other', port: 5432, ...letsIn, ...other }],
      '10.0.9.9',
      (host) => addresses[host] ?? [],
    );
  const same = 'other leads to the same server and is open';
  const perhaps = 'other may lead to the same server and is open';

  it.each([
    ['the address that the name has', { host: '10.0.1.5', database: 'billing' }, same],
    ['the same name in capitals', { host: 'DB-1.internal', database: 'billing' }, same],
    ['one of several hosts', { host: 'db-2.internal,db-1.internal', database: 'billing' }, same],
    ['a name that nobody knows, and the same database', { host: 'moved.internal', database: 'shop' }, perhaps],
    ['an address of the other family, and the same database', { host: 'fd00::5', database: 'shop' }, perhaps],
  ])('counts at %s', (_, other, said) => expect(beside(other)).toBe(said));

  it.each([
    ['a standby', { host: 'db-2.internal', database: 'shop' }],
    ['another port', { host: 'db-1.internal', port: 5433, database: 'shop' }],
    ['a name that nobody knows, and another database', { host: 'moved.internal', database: 'billing' }],
    ['the same server, and closed too', { host: 'db-1.internal', database: 'billing', ...shut }],
    ['the console of the pooler', { name: 'pgbouncer', host: null, database: 'pgbouncer' }],
  ])('does not count at %s', (_, other) => expect(beside(other)).toBeUndefined());

  it('counts where both go through a socket of their own machine, or one by its address', () => {
    const own = { ...shop, host: null };
    expect(beside({ host: '/run/postgresql', database: 'billing' }, own)).toBe(same);
    expect(beside({ host: '10.0.9.9', database: 'billing' }, own)).toBe(same);
  });

  it('counts where connections are left', () => {
    expect(beside({ host: 'db-1.internal', database: 'billing', ...shut, current_connections: 1 })).toBe(same);
  });
});
