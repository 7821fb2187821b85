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
    redis: () => (redis ??= startTestRedis({ replica: true, sentinels: true, settings: ['maxmemory 512mb'] })),
    async stop() {
      await Promise.all([...postgres.values()].map(async (started) => (await started).primary.stop('immediate')));
      await (await redis)?.stop('SIGKILL');
    },
  };
}
