import { startTestRedis } from '../servers.ts';
import type { PostgresMajor } from '../servers/postgres-majors.ts';
import type { SharedServers } from './corpus.ts';
import type { PostgresServers, RedisServers } from './fault.ts';
import { startPostgresStage } from './postgres-stage.ts';

/** Servers that are started once, when they are first asked for, and stopped together. */
export function openSharedServers(): SharedServers & { stop(): Promise<void> } {
  const postgres = new Map<PostgresMajor, Promise<PostgresServers>>();
  let redis: Promise<RedisServers> | undefined;
  return {
    postgres(version) {
      const started = postgres.get(version) ?? startPostgresStage(version);
      postgres.set(version, started);
      return started;
    },
    redis: () => (redis ??= startPatientRedis()),
    async stop() {
      await Promise.all([...postgres.values()].map(async (started) => (await started).primary.stop('immediate')));
      await (await redis)?.stop('SIGKILL');
    },
  };
}

/** No scene that shares it is about a failover, and one lets all clients wait for longer than the Sentinels of tests do. */
async function startPatientRedis(): Promise<RedisServers> {
  const servers = await startTestRedis({ replica: true, sentinels: true, settings: ['maxmemory 512mb'] });
  const { masterName = '' } = servers.spec;
  for (const sentinel of servers.sentinels)
    await sentinel.call('SENTINEL', 'SET', masterName, 'down-after-milliseconds', '30000');
  return servers;
}
