import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDrills, type Drill } from '../../../src/local/drills/index.ts';
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
      const ROOT = `SELECT application_name, state FROM pg_stat_activity
        WHERE cardinality(pg_blocking_pids(pid)) = 0 AND state = 'idle in transaction'`;
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

async function fullness(): Promise<number> {
  const info = String(await (await fleet.redis.primary())?.call('INFO', 'memory'));
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return field('used_memory') / field('maxmemory');
}
