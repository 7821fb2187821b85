import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDrills } from '../../../src/local/drills/index.ts';
import { childrenOf } from '../../../src/local/fleet/frozen-process.ts';
import { type Fleet, resetFleet, startFleet } from '../../../src/local/fleet/index.ts';
import type { LedgerEntry } from '../../../src/local/fleet/process-ledger.ts';
import { processStartTime } from '../../../src/local/fleet/process-start-time.ts';
import { fleetDirectory } from '../../servers/fleet.ts';
import { makeServerDirectory, recordServer } from '../../servers/room.ts';

const ownerProgram = fileURLToPath(new URL('fleet-owner.ts', import.meta.url));
let said: string[];
let fleets: Fleet[];

beforeEach(() => {
  said = [];
});

async function startIn(dataDir: string): Promise<Fleet> {
  const fleet = await startFleet({ dataDir, say: (line) => said.push(line) });
  fleets.push(fleet);
  return fleet;
}

async function stop(fleet: Fleet): Promise<void> {
  fleets.splice(fleets.indexOf(fleet), 1);
  await fleet.stop();
}

function processesIn(directory: string): LedgerEntry[] {
  const lines = readFileSync(join(directory, 'processes'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}

function isRunning({ pid, startTime }: LedgerEntry): boolean {
  return processStartTime(pid) === startTime;
}

/** One fleet from its first start over two more to its reset, because a start takes long: each part goes on where the last one stopped. */
describe('the fleet', () => {
  let dataDir: string;
  let fleet: Fleet;
  beforeAll(async () => {
    fleets = [];
    said = [];
    dataDir = makeServerDirectory('fleet');
    fleet = await startIn(dataDir);
  });
  afterAll(async () => {
    for (const one of fleets) await one.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is a streaming PostgreSQL pair and a Redis trio that agree on their primaries', async () => {
    expect((await fleet.status()).members).toEqual([
      { name: 'shop-db-1', role: 'primary', state: 'up' },
      { name: 'shop-db-2', role: 'replica', state: 'up' },
      { name: 'shop-cache-1', role: 'primary', state: 'up' },
      { name: 'shop-cache-2', role: 'replica', state: 'up' },
      { name: 'shop-cache-s1', role: 'sentinel', state: 'up' },
      { name: 'shop-cache-s2', role: 'sentinel', state: 'up' },
      { name: 'shop-cache-s3', role: 'sentinel', state: 'up' },
    ]);
    expect(Object.keys(fleet.addresses)).toHaveLength(7);
    const primary = await fleet.postgres.primary();
    const SETTINGS = `SELECT name, setting FROM pg_settings
      WHERE name IN ('log_line_prefix', 'log_destination', 'summarize_wal', 'password_encryption') ORDER BY name`;
    expect(await primary?.query(SETTINGS)).toEqual([
      { name: 'log_destination', setting: 'stderr,jsonlog' },
      { name: 'log_line_prefix', setting: '%t:%r:%u@%d:[%p]:' },
      { name: 'password_encryption', setting: 'scram-sha-256' },
      { name: 'summarize_wal', setting: 'on' },
    ]);
  });

  it('has a standby with the same rows and sound indexes, page for page', async () => {
    const [one, two] = fleet.postgres.servers;
    await one?.query('CREATE EXTENSION amcheck');
    const ROWS = `SELECT md5(string_agg(o::text, ',' ORDER BY id)) AS orders,
      (SELECT md5(string_agg(i::text, ',' ORDER BY order_id, product_id)) FROM order_items i WHERE order_id <= 20000) AS items
      FROM orders o WHERE id <= 20000`;
    const INDEXES = `SELECT count(bt_index_check(c.oid))::int > 100 AS "areSound" FROM pg_class c JOIN pg_am a ON a.oid = c.relam
      WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p'`;
    const EXTENSION = `SELECT FROM pg_extension WHERE extname = 'amcheck'`;
    await expect.poll(async () => (await two?.query(EXTENSION))?.length).toBe(1);
    expect(await two?.query(ROWS)).toEqual(await one?.query(ROWS));
    expect(await two?.query(INDEXES)).toEqual([{ areSound: true }]);
  });

  it('keeps its passwords from other users, and off the command lines', async () => {
    const file = join(dataDir, 'passwords.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const passwords = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    const commandLines = processesIn(dataDir)
      .map(({ pid }) => commandLineOf(pid))
      .join('\n');
    expect(passwords.filter((password) => commandLines.includes(password))).toEqual([]);
  });

  it('is used by the shop: orders are placed and sessions are kept', async () => {
    const primary = await fleet.postgres.primary();
    const APPLICATIONS = `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE usename = 'shop' ORDER BY 1`;
    await expect.poll(() => primary?.query(APPLICATIONS)).toEqual([{ name: 'billing' }, { name: 'shop-web' }]);
    const NEW_ORDERS = `SELECT count(*) > 0 AS "areThere" FROM orders WHERE id > 20000`;
    await expect.poll(() => primary?.query(NEW_ORDERS)).toEqual([{ areThere: true }]);
    const cache = await fleet.redis.primary();
    await expect.poll(() => cache?.call('EXISTS', 'views')).toBe(1);
  });

  it('refuses a data directory that another process owns', async () => {
    await expect(startFleet({ dataDir, say: () => {} })).rejects.toThrow(/Another process uses/);
  });

  it('ends all of its processes when it is stopped', async () => {
    await (await fleet.postgres.primary())?.query('CREATE TABLE kept AS SELECT 7 AS n');
    await (await fleet.redis.primary())?.call('SET', 'kept', '7');
    const processes = processesIn(dataDir);
    expect(processes.filter(isRunning)).toHaveLength(7);
    await stop(fleet);
    expect(processes.filter(isRunning)).toEqual([]);
  });

  it('goes on with its data and its passwords at the next start', async () => {
    const { environment } = fleet;
    fleet = await startIn(dataDir);
    expect(fleet.environment).toEqual(environment);
    for (const server of fleet.postgres.servers)
      await expect.poll(() => server.query('SELECT n FROM kept')).toEqual([{ n: 7 }]);
    for (const server of fleet.redis.servers) await expect.poll(() => server.call('GET', 'kept')).toBe('7');
  });

  it('goes on with the primaries that were promoted meanwhile', async () => {
    await createDrills(fleet)
      .find(({ name }) => name === 'kill-redis-primary')
      ?.on();
    const [one, two] = fleet.postgres.servers;
    await one?.stop();
    await two?.query('SELECT pg_promote()');
    await two?.query('CREATE TABLE after_failover AS SELECT 1 AS n');
    await stop(fleet);
    fleet = await startIn(dataDir);
    expect((await fleet.postgres.primary())?.name).toBe('shop-db-2');
    expect((await fleet.redis.primary())?.name).toBe('shop-cache-2');
    await expect
      .poll(() => fleet.postgres.servers[0]?.query('SELECT pg_is_in_recovery() AS r, n FROM after_failover'))
      .toEqual([{ r: true, n: 1 }]);
  });

  it('begins afresh after a reset', async () => {
    await stop(fleet);
    await resetFleet(dataDir);
    fleet = await startIn(dataDir);
    const [kept] = (await (await fleet.postgres.primary())?.query(`SELECT to_regclass('kept') AS kept`)) ?? [];
    expect(kept).toEqual({ kept: null });
  });
});

describe('after SIGKILL of its owner the next start', () => {
  let dataDir: string;
  beforeEach(async () => {
    fleets = [];
    dataDir = await fleetDirectory();
  });
  afterEach(async () => {
    for (const fleet of fleets) await fleet.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('ends what was left running, a standby that hangs too, and nothing else, and keeps the data', async () => {
    const owner = spawn(process.execPath, [ownerProgram, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    recordServer(owner.pid ?? 0, 'fleet owner');
    await once(owner.stdout, 'data');
    const leftovers = processesIn(dataDir);
    for (const { pid, what } of leftovers) recordServer(pid, what);
    // What hangs hears no signal but SIGKILL, and would leave its children behind.
    const children = leftovers
      .flatMap(({ pid }) => childrenOf(pid))
      .map((pid) => ({ pid, began: processStartTime(pid) }))
      // A worker that ended by itself meanwhile.
      .filter(({ began }) => began !== undefined);
    expect(children.length).toBeGreaterThan(5);
    const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
    recordServer(bystander.pid ?? 0, 'bystander');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(leftovers.filter(isRunning)).toHaveLength(7);

    const fleet = await startIn(dataDir);
    expect(leftovers.filter(isRunning)).toEqual([]);
    expect(children.filter(({ pid, began }) => processStartTime(pid) === began)).toEqual([]);
    expect(said.join()).toContain('shop-db-1');
    expect(bystander.exitCode).toBeNull();
    expect(await (await fleet.postgres.primary())?.query('SELECT n FROM before_the_kill')).toEqual([{ n: 1 }]);
    bystander.kill();
    await once(bystander, 'exit');
  });
});

function commandLineOf(pid: number): string {
  return process.platform === 'linux' ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
}
