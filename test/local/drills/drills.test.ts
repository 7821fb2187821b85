import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrills, type Drill } from '../../../src/local/drills/index.ts';
import { keptSessions } from '../../../src/local/fleet/shop-cache.ts';
import { freezeProcess, thawProcess } from '../../../src/local/fleet/frozen-process.ts';
import { type Fleet, startFleet } from '../../../src/local/fleet/index.ts';
import { fleetDirectory } from '../../servers/fleet.ts';

let fleet: Fleet;
let drills: Drill[];

beforeAll(async () => {
  fleet = await startFleet({ dataDir: await fleetDirectory(), say: () => {} });
  drills = createDrills(fleet);
});
afterAll(async () => {
  await fleet.stop();
});

describe('drills', () => {
  it('are off at first', async () => {
    expect(await Promise.all(drills.map((drill) => drill.isOn()))).toEqual(drills.map(() => false));
  });

  it('stop-primary shuts the primary down, and starts it with its replica', async () => {
    await during('stop-primary', async () => {
      expect(await stateOf('shop-db-1')).toBe('down');
      await expect(server('shop-db-1').query('SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
    });
    expect(await replicas()).toEqual(['shop-db-2']);
  });

  it('cut-replication parts two servers that are both up', async () => {
    await during('cut-replication', async () => {
      expect(await replicas()).toEqual([]);
      expect(await stateOf('shop-db-2')).toBe('up');
      await server('shop-db-1').query('CREATE TABLE written_while_cut AS SELECT 1 AS n');
    });
    const position = await server('shop-db-1').query('SELECT pg_current_wal_lsn()::text AS lsn');
    await expect
      .poll(() =>
        server('shop-db-2').query('SELECT pg_last_wal_replay_lsn() >= $1 AS "isThere"', [position[0]?.['lsn']]),
      )
      .toEqual([{ isThere: true }]);
    expect(await server('shop-db-2').query('SELECT n FROM written_while_cut')).toEqual([{ n: 1 }]);
  });

  it('lock-pile-up makes twelve sessions of shop-web wait for one of billing', async () => {
    const WAITERS = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE application_name = 'shop-web' AND wait_event_type = 'Lock'`;
    await during('lock-pile-up', async () => {
      const [waiting] = await server('shop-db-1').query<{ n: number }>(WAITERS);
      expect(waiting?.n).toBeGreaterThanOrEqual(12);
      // The shop buys and sells beside it, and has transactions of its own: only who keeps the twelve waiting is meant.
      const ROOT = `SELECT application_name, state FROM pg_stat_activity
        WHERE cardinality(pg_blocking_pids(pid)) = 0 AND pid IN (
          SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND clock_timestamp() - query_start > interval '1 s')`;
      expect(await server('shop-db-1').query(ROOT)).toEqual([
        { application_name: 'billing', state: 'idle in transaction' },
      ]);
    });
    await expect.poll(() => server('shop-db-1').query(WAITERS)).toEqual([{ n: 0 }]);
  });

  it('lock-pile-up is off as soon as somebody else ends the blocker', async () => {
    await drillNamed('lock-pile-up').on();
    const END = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE application_name = 'billing' AND state = 'idle in transaction'`;
    await server('shop-db-1').query(END);
    expect(await drillNamed('lock-pile-up').isOn()).toBe(false);
    await drillNamed('lock-pile-up').off();
  });

  it('idle-in-transaction leaves a session of reporting in its transaction for longer than five seconds', async () => {
    const IDLE = `SELECT application_name FROM pg_stat_activity
      WHERE state = 'idle in transaction' AND clock_timestamp() - state_change > interval '5 s'`;
    await during('idle-in-transaction', async () => {
      expect(await server('shop-db-1').query(IDLE)).toEqual([{ application_name: 'reporting' }]);
    });
    expect(await server('shop-db-1').query(IDLE)).toEqual([]);
  });

  it('redis-memory-fill leaves less than five per cent of maxmemory', async () => {
    await during('redis-memory-fill', async () => expect(await fullness()).toBeGreaterThan(0.95));
    expect(await fullness()).toBeLessThan(0.5);
    expect(await (await fleet.redis.primary())?.call('EXISTS', 'drill:memory-fill:0')).toBe(0);
  });

  it('redis-memory-fill counts on nothing that is given back: what a replica that is behind has not taken yet', async () => {
    const replica = fleet.redis.servers.find(({ name }) => name === 'shop-cache-2');
    const pid = Number(/process_id:(\d+)/.exec(String(await replica?.call('INFO', 'server')))?.[1]);
    freezeProcess(pid);
    const drill = drillNamed('redis-memory-fill');
    await drill.on().finally(() => thawProcess(pid));
    try {
      while ((await infoField('memory', 'mem_not_counted_for_evict')) > 64 * 1024);
      expect(await fullness()).toBeGreaterThan(0.95);
    } finally {
      await drill.off();
    }
  });

  it('freeze-standby lets the standby take connections and answer nothing, until it streams again', async () => {
    await during('freeze-standby', async () => {
      expect(await stateOf('shop-db-2')).toBe('frozen');
      await expect(server('shop-db-2').query('SELECT 1')).rejects.toThrow(/timeout/);
      expect((await fleet.postgres.primary())?.name).toBe('shop-db-1');
    });
    expect(await server('shop-db-2').query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(await replicas()).toEqual(['shop-db-2']);
  });

  it('slow-query-storm keeps four statements of shop-search at work, and ends them with their sessions', async () => {
    const STORM = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE application_name = 'shop-search' AND state = 'active' AND clock_timestamp() - query_start > interval '5 s'`;
    await during('slow-query-storm', async () => {
      expect(await server('shop-db-1').query(STORM)).toEqual([{ n: 4 }]);
    });
    const LEFT = `SELECT FROM pg_stat_activity WHERE application_name = 'shop-search'`;
    expect(await server('shop-db-1').query(LEFT)).toEqual([]);
  });

  it('connection-flood leaves a few slots to everybody, and the reserved ones to a superuser', async () => {
    await during('connection-flood', async () => {
      const [slots] = await server('shop-db-1').query<{ free: number }>(FREE_SLOTS);
      expect(slots?.free).toBeGreaterThanOrEqual(0);
      expect(slots?.free).toBeLessThanOrEqual(5);
      const client = await server('shop-db-1').connectAs('shop-late');
      await client.end();
    });
    await expect
      .poll(async () => (await server('shop-db-1').query<{ free: number }>(FREE_SLOTS))[0]?.free)
      .toBeGreaterThan(40);
  });

  it('slot-left-behind keeps WAL for nobody, less than the servers let a slot keep, and lets go of it', async () => {
    const KEPT = `SELECT active, wal_status, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::float8 / 1048576 AS "keptMiB"
      FROM pg_replication_slots WHERE slot_name = 'warehouse_copy'`;
    await during('slot-left-behind', async () => {
      const [slot] = await server('shop-db-1').query<{ keptMiB: number }>(KEPT);
      expect(slot).toMatchObject({ active: false, wal_status: 'reserved' });
      expect(slot?.keptMiB).toBeGreaterThan(128);
      expect(slot?.keptMiB).toBeLessThan(512);
      expect(await replicas()).toEqual(['shop-db-2']);
    });
    expect(await server('shop-db-1').query(KEPT)).toEqual([]);
  });

  it('cache-flushed takes the sessions away and makes reads miss, and gives them back', async () => {
    const cache = await fleet.redis.primary();
    if (!cache) throw new Error('there is no primary');
    expect(await keptSessions(cache)).toBe(500);
    const missesBefore = await misses();
    await during('cache-flushed', async () => {
      expect(await keptSessions(cache)).toBeLessThan(250);
      expect((await misses()) - missesBefore).toBeGreaterThanOrEqual(1_000);
    });
    expect(await keptSessions(cache)).toBe(500);
  });

  it('kill-redis-primary makes the Sentinels promote the replica, and brings the old primary back as replica', async () => {
    await during('kill-redis-primary', async () => {
      expect(await stateOf('shop-cache-1')).toBe('down');
      expect((await fleet.redis.primary())?.name).toBe('shop-cache-2');
    });
    const [former] = fleet.redis.servers;
    expect(await former?.call('ROLE')).toEqual(expect.arrayContaining(['slave', 'connected']));
  });
});

/** Twice on and twice off: the second time changes nothing. */
async function during(name: string, look: () => Promise<void>): Promise<void> {
  const one = drillNamed(name);
  await one.on();
  await one.on();
  try {
    expect(await one.isOn()).toBe(true);
    await look();
  } finally {
    await one.off();
    await one.off();
  }
  expect(await one.isOn()).toBe(false);
}

function drillNamed(name: string): Drill {
  const found = drills.find((one) => one.name === name);
  if (!found) throw new Error(`no drill ${name}`);
  return found;
}

function server(name: string) {
  const found = fleet.postgres.servers.find((one) => one.name === name);
  if (!found) throw new Error(`no server ${name}`);
  return found;
}

async function stateOf(name: string): Promise<string | undefined> {
  return (await fleet.status()).members.find((member) => member.name === name)?.state;
}

async function replicas(): Promise<string[]> {
  const STREAMING = `SELECT application_name AS name FROM pg_stat_replication WHERE state = 'streaming'`;
  return (await server('shop-db-1').query<{ name: string }>(STREAMING)).map(({ name }) => name);
}

const FREE_SLOTS = `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - count(*)::int AS free FROM pg_stat_activity WHERE backend_type = 'client backend'`;

async function fullness(): Promise<number> {
  return (await infoField('memory', 'used_memory')) / (await infoField('memory', 'maxmemory'));
}

function misses(): Promise<number> {
  return infoField('stats', 'keyspace_misses');
}

async function infoField(section: string, name: string): Promise<number> {
  const info = String(await (await fleet.redis.primary())?.call('INFO', section));
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
}
