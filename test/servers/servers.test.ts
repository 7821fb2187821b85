import { describe, expect, it } from 'vitest';
import { startRedis } from '../../src/local/fleet/redis-launcher.ts';
import { startTestPostgres, startTestRedis } from '../servers.ts';
import { makeServerDirectory } from './room.ts';

describe('test servers', () => {
  it('give a PostgreSQL pair whose standby replays the primary', async () => {
    const server = await startTestPostgres({ replica: true, settings: { max_connections: '37' } });
    try {
      expect(await server.query('SHOW max_connections')).toEqual([{ max_connections: '37' }]);
      expect(await server.replica?.query('SELECT pg_is_in_recovery() AS "inRecovery"')).toEqual([{ inRecovery: true }]);
      expect(await server.query('SELECT extname FROM pg_extension ORDER BY 1')).toContainEqual({
        extname: 'pg_stat_statements',
      });
      expect(server.spec.members.map(({ name, role }) => `${name} ${role}`)).toEqual([
        'shop-db-1 primary',
        'shop-db-2 replica',
      ]);
    } finally {
      await server.stop();
    }
    expect(server.primary.hasExited()).toBe(true);
    expect(server.replica?.hasExited()).toBe(true);
  });

  it('give a PostgreSQL server that starts again on its port with its data', async () => {
    // A commit that is acknowledged before it is written may be lost when the server stops at once.
    const server = await startTestPostgres({ settings: { synchronous_commit: 'on' } });
    try {
      await server.query('CREATE TABLE kept AS SELECT 1 AS n');
      await server.primary.stop('immediate');
      await server.restart();
      expect(await server.query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
    } finally {
      await server.stop();
    }
  });

  it('give a Redis primary, a replica and three Sentinels that agree', async () => {
    const server = await startTestRedis({ replica: true, sentinels: true });
    try {
      expect(await server.call('PING')).toBe('PONG');
      expect(server.sentinels).toHaveLength(3);
      const address = await server.sentinels[0]?.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'shop-cache');
      expect(address).toEqual(['127.0.0.1', String(server.port)]);
    } finally {
      await server.stop();
    }
  });

  it('say of a Redis whose port another one has that it does not start, and not that it answers', async () => {
    const first = await startTestRedis();
    try {
      const directory = makeServerDirectory('second');
      const second = startRedis({ directory, configuration: [], port: first.port });
      await expect(second).rejects.toThrow(/does not start in .*ended with 1/);
    } finally {
      await first.stop();
    }
  });
});
