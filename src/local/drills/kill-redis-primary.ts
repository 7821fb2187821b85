import type { Fleet } from '../fleet/index.ts';
import type { RedisServer } from '../fleet/redis-server.ts';
import type { Drill } from './drill.ts';
import { until } from './until.ts';

/** A real crash and a real failover: the Sentinels notice, vote, and promote the replica. */
export function killRedisPrimary({ redis }: Fleet): Drill {
  let killed: RedisServer | undefined;
  return {
    name: 'kill-redis-primary',
    title: 'Kill the Redis primary',
    what: 'Kills the primary of shop-cache (SIGKILL); the Sentinels promote the replica within a few seconds.',
    on: async () => {
      if (killed && !killed.isRunning()) return;
      killed = await redis.primary();
      await killed?.kill();
      const replica = redis.servers.find((server) => server !== killed);
      await until('the Sentinels to promote the replica', async () => await isPrimary(replica, await redis.primary()));
    },
    off: async () => {
      if (!killed) return;
      await redis.restore(killed);
      killed = undefined;
    },
    isOn: async () => killed !== undefined && !killed.isRunning(),
  };
}

/** The Sentinels' word and the server's own. */
async function isPrimary(server: RedisServer | undefined, elected: RedisServer | undefined): Promise<boolean> {
  if (server === undefined || elected !== server) return false;
  const role = await server.call('ROLE');
  return Array.isArray(role) && role[0] === 'master';
}
