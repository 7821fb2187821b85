import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from '../../servers.ts';
import { installedMajors } from '../../servers/postgres-majors.ts';
import { until } from '../../checks/looking.ts';
import { remembering, told } from './remembering.ts';

/** Findings that are there at once, whatever the servers do. */
const crowded = { 'postgres.connections': { warningRatio: 0 } };
const long = { 'postgres.long-transactions': { warningSeconds: 0, criticalSeconds: 0 } };

describe.each(installedMajors)('what changed on PostgreSQL %s', (major) => {
  let server: TestPostgres;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startTestPostgres({ major, settings: { fsync: 'on', max_connections: '30' } });
    await server.query('CREATE TABLE orders AS SELECT n AS id, n % 50 AS customer FROM generate_series(1, 2000) n');
    await server.query('CREATE INDEX orders_by_customer ON orders (customer)');
  });
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });
  afterAll(() => server.stop());

  it('is nothing, in one line, where nothing did', async () => {
    const bot = remembering([server]);
    expect((await bot.report({ minute: 0, subject: 'shop-db' })).changed).toBeUndefined();
    const { changed } = await bot.report({ minute: 60, subject: 'shop-db', limits: crowded });
    expect(changed).toEqual({ since: bot.iso(0), lines: [], others: [], notes: [] });
  });

  it('is not known where there was no good report, and is not said where nothing is wrong', async () => {
    const bot = remembering([server]);
    const { changed } = await bot.report({ minute: 0, subject: 'shop-db', limits: crowded });
    expect(changed).toMatchObject({ since: null, lines: [] });
    expect(changed?.notes.join()).toContain('No good report of shop-db is kept');
    expect((await bot.report({ minute: 5, subject: 'shop-db' })).changed).toBeUndefined();
  });

  it('is measured against the last good notification, not against a person, an alarm or a bad report', async () => {
    const bot = remembering([server]);
    await bot.report({ minute: 0, subject: 'shop-db' });
    await bot.report({ minute: 10, subject: 'shop-db', trigger: 'terminal' });
    await bot.report({ minute: 20, subject: 'shop-db', trigger: 'alarm' });
    await bot.report({ minute: 30, subject: 'shop-db', limits: crowded });
    expect(bot.good('shop-db')?.at).toBe(bot.iso(0));
    await bot.report({ minute: 90, subject: 'shop-db' });
    expect(bot.good('shop-db')?.at).toBe(bot.iso(90));
    expect(JSON.stringify(bot.good('shop-db')).length).toBeLessThan(20_000);
  });

  it('is measured against what a person saw only where nothing else is known', async () => {
    const bot = remembering([server]);
    await bot.report({ minute: 0, subject: 'shop-db', trigger: 'terminal' });
    expect(bot.good('shop-db')?.at).toBe(bot.iso(0));
    await bot.report({ minute: 10, subject: 'shop-db', trigger: 'terminal' });
    expect(bot.good('shop-db')?.at).toBe(bot.iso(0));
  });

  it('names a dropped index and a slow statement first where transactions are long, and a setting behind them', async () => {
    const bot = remembering([server]);
    const sessions = Array.from({ length: 3 }, () => server.connect('web'));
    for (let n = 0; n < 5; n++) await server.query('SELECT count(*) FROM orders WHERE customer = $1', [n]);
    await bot.report({ minute: 0, subject: 'shop-db' });
    await server.query('DROP INDEX orders_by_customer');
    await server.query("ALTER SYSTEM SET work_mem = '1GB'");
    await server.query('SELECT pg_reload_conf()');
    const [busy, slow] = await Promise.all(sessions);
    for (let n = 0; n < 3; n++)
      await slow?.query('SELECT count(*), pg_sleep(0.2) FROM orders a WHERE a.customer = 7 LIMIT 1');
    const running = busy
      ?.query('SELECT count(*), pg_sleep(600) FROM orders WHERE customer = 7 GROUP BY customer')
      .catch((thrown: Error) => thrown);
    undo.push(async () => {
      await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'web'");
      await running;
      await server.query('ALTER SYSTEM RESET work_mem');
      await server.query('SELECT pg_reload_conf()');
      await server.query('CREATE INDEX orders_by_customer ON orders (customer)');
    });
    const SLEEPS = `SELECT FROM pg_stat_activity WHERE application_name = 'web' AND wait_event = 'PgSleep'`;
    await until(
      () => server.query(SLEEPS),
      (rows) => rows.length > 0,
    );
    const report = await bot.report({ minute: 2, subject: 'shop-db', limits: long });
    const lines = told(report);
    expect(lines.slice(0, 1)).toEqual(['likely · shop-db: index `public.orders_by_customer` on `orders` was dropped']);
    expect(lines.filter((line) => line.includes('new among the busiest'))).toHaveLength(1);
    expect(lines.at(-1)).toBe('possible · shop-db: `work_mem` 4 MB → 1 GB');
    expect(report.changed?.lines.map(({ explains }) => explains.split(':')[0])).toContain('postgres.long-transactions');
    const [setting] = report.changed?.lines.filter(({ kind }) => kind === 'setting') ?? [];
    expect(setting?.at).toMatch(/^\d{4}-.*Z$/);
  });

  it('is no jump where pg_stat_statements was reset', async () => {
    const bot = remembering([server]);
    for (let n = 0; n < 20; n++) await server.query('SELECT count(*) FROM orders AS before_reset');
    await bot.report({ minute: 0, subject: 'shop-db' });
    await server.query('SELECT pg_stat_statements_reset()');
    for (let n = 0; n < 9; n++)
      await server.query('SELECT count(*), pg_sleep(0.05) FROM generate_series(1, 1) AS after_reset');
    const { changed } = await bot.report({ minute: 1, subject: 'shop-db', limits: crowded });
    expect([...(changed?.lines ?? []), ...(changed?.others ?? [])].map(({ sentence }) => sentence)).toEqual([]);
  });

  it('is told apart by the look in between: what that one saw already was there before it', async () => {
    const bot = remembering([server]);
    await bot.report({ minute: 0, subject: 'shop-db' });
    await server.query('CREATE TABLE early (id int)');
    await bot.report({ minute: 10, subject: 'shop-db', limits: crowded });
    await server.query('CREATE TABLE late (id int)');
    undo.push(() => server.query('DROP TABLE early, late'));
    const { changed } = await bot.report({ minute: 20, subject: 'shop-db', limits: crowded });
    const [early] = changed?.lines.filter(({ sentence }) => sentence.includes('early')) ?? [];
    expect(early?.between).toEqual({ from: bot.iso(0), to: bot.iso(10) });
    // The finding was there before it: it may not explain it.
    expect(changed?.others.map(({ sentence }) => sentence)).toEqual(['table `public.late` is new, with 1 column']);
  });

  it('is a restart where it was one, with its time', async () => {
    const bot = remembering([server]);
    await bot.report({ minute: 0, subject: 'shop-db' });
    await server.primary.stop('fast');
    await server.primary.restart();
    const report = await bot.report({ minute: 60, subject: 'shop-db', limits: crowded });
    expect(told(report)[0]).toBe('likely · shop-db: shop-db-1 was restarted');
    expect(Date.parse(report.changed?.lines[0]?.at ?? '')).toBeGreaterThan(Date.parse(bot.iso(0)));
  });
});

describe('PostgreSQL and Redis of one environment', () => {
  let database: TestPostgres;
  let cache: TestRedis;
  beforeAll(async () => {
    [database, cache] = await Promise.all([
      startTestPostgres({ replica: true, settings: { fsync: 'on' } }),
      startTestRedis({ settings: ['maxmemory 512mb'] }),
    ]);
  });
  afterAll(() => Promise.all([database.stop('immediate'), cache.stop('SIGKILL')]));
  const fill = () => cache.call('EVAL', "for i = 1, 5000 do redis.call('SET', 'k' .. i, i) end", '0');
  /** Debian looks after its Redis 7.0 itself; in a test it has no copy. */
  const calm = { 'redis.version': { graceSeconds: 1e10 } };
  const storm = { ...calm, ...crowded };

  it('explain each other: a cache that was flushed explains a storm in the database', async () => {
    const bot = remembering([database, cache]);
    await fill();
    const good = await bot.report({ minute: 0, subject: 'laptop', limits: calm });
    expect(good.parts.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== 'info'))).toEqual([]);
    await cache.call('FLUSHALL');
    const alone = await bot.report({ minute: 60, subject: 'shop-db', trigger: 'terminal', limits: storm });
    expect(told(alone)).toEqual([
      'likely · shop-cache: lost 100 % of its keys, 5,000 → 0 (FLUSHALL or FLUSHDB was called)',
    ]);
    expect(alone.changed?.lines).toMatchObject([{ between: { from: bot.iso(0), to: bot.iso(60) } }]);
    // Nothing is kept of the neighbour's look.
    expect(bot.good('shop-cache')?.at).toBe(bot.iso(0));
    const together = await bot.report({ minute: 61, subject: 'laptop', limits: storm });
    expect(together.parts.filter(({ subject }) => subject === 'shop-db').map(told)).toEqual([told(alone)]);
  });

  it('leave a note where the neighbour cannot be looked at', async () => {
    const bot = remembering([database, cache], { unreachable: 'shop-cache' });
    await bot.report({ minute: 0, subject: 'shop-db' });
    const { changed } = await bot.report({ minute: 60, subject: 'shop-db', limits: crowded });
    expect(changed).toMatchObject({ lines: [], notes: ['shop-cache could not be looked at: the room is closed.'] });
  });

  it('say that a neighbour has trouble of its own', async () => {
    const bot = remembering([database, cache]);
    await bot.report({ minute: 0, subject: 'laptop', limits: calm });
    const full = { 'redis.clients': { warningRatio: 0, criticalRatio: 0 } };
    const report = await bot.report({ minute: 60, subject: 'shop-db', limits: { ...storm, ...full } });
    expect(told(report)[0]).toMatch(
      /^(likely|possible) · shop-cache: \d+ of \d+ connections of shop-cache-1 \(primary\)/,
    );
  });

  it('name a failover first where a member does not answer', async () => {
    const bot = remembering([database, cache]);
    await bot.report({ minute: 0, subject: 'shop-db' });
    await database.primary.stop('immediate');
    await database.replica?.query('SELECT pg_promote()');
    const report = await bot.report({ minute: 60, subject: 'shop-db', limits: calm });
    expect(report.findings.map(({ key }) => key)).toContain('postgres.reachable:shop-db-1');
    expect(told(report)[0]).toBe('likely · shop-db: failover: shop-db-2 takes writes instead of shop-db-1');
  });
});
