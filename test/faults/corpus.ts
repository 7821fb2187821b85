import { startTestRedis } from '../servers.ts';
import { installedMajors, type PostgresMajor } from '../servers/postgres-majors.ts';
import type { PostgresCalm, PostgresFault, PostgresServers, RedisCalm, RedisFault, RedisServers } from './fault.ts';
import { startPostgresStage } from './postgres-stage.ts';
import * as postgresCalm from './postgres/calm.ts';
import * as maintenance from './postgres/maintenance.ts';
import * as replication from './postgres/replication.ts';
import * as sessions from './postgres/sessions.ts';
import * as redisCalm from './redis/calm.ts';
import * as redisFaults from './redis/faults.ts';
import { scoreOf, type Score } from './score.ts';

const postgresFaults: readonly PostgresFault[] = [...sessions.faults, ...replication.faults, ...maintenance.faults];

/** One scene on one kind of server. */
export type Case = {
  name: string;
  what: string;
  kind: Score['kind'];
  /** `PostgreSQL 18`: scenes with the same words may share their servers. */
  on: string;
  /** True when it breaks its servers, or needs settings of its own. */
  needsOwn: boolean;
  score(shared: SharedServers): Promise<Score>;
};

/** Servers that scenes share, started when the first one asks. */
export type SharedServers = {
  postgres(version: PostgresMajor): Promise<PostgresServers>;
  redis(): Promise<RedisServers>;
};

/** Every fault and every workload, on every version that is installed. */
export function corpus(): readonly Case[] {
  return [
    ...installedMajors.flatMap((version) => [
      ...postgresFaults
        .filter(({ versions }) => versions?.includes(version) ?? true)
        .map((one) => onPostgres(one, version)),
      ...postgresCalm.calm.map((one) => onPostgres(one, version)),
    ]),
    ...[...redisFaults.faults, ...redisCalm.calm].map(onRedis),
  ];
}

function onPostgres(scene: PostgresFault | PostgresCalm, version: PostgresMajor): Case {
  const on = `PostgreSQL ${version}`;
  const own = 'own' in scene ? scene.own : undefined;
  const scored = async (servers: PostgresServers) => {
    const { spec, environment } = servers.primary;
    return await scoreOf(scene, { servers, label: on, spec, environment });
  };
  return {
    ...about(scene, on, own !== undefined),
    async score(shared) {
      if (!own) return await scored(await shared.postgres(version));
      const servers = await startPostgresStage(version, own);
      try {
        return await scored(servers);
      } finally {
        await servers.primary.stop('immediate');
      }
    },
  };
}

function onRedis(scene: RedisFault | RedisCalm): Case {
  const own = 'own' in scene ? scene.own : undefined;
  const scored = async (servers: RedisServers) => {
    const { spec, environment } = servers;
    return await scoreOf(scene, { servers, label: 'Redis', spec, environment });
  };
  return {
    ...about(scene, 'Redis', own !== undefined),
    async score(shared) {
      if (!own) return await scored(await shared.redis());
      const servers = await startTestRedis({ replica: true, sentinels: true, settings: own });
      try {
        return await scored(servers);
      } finally {
        await servers.stop('SIGKILL');
      }
    },
  };
}

function about(scene: { name: string; what: string; names?: string }, on: string, needsOwn: boolean) {
  const { name, what, names } = scene;
  return { name, what, on, needsOwn, kind: names === undefined ? ('calm' as const) : ('fault' as const) };
}
