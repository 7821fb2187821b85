import type { Json } from '../../src/core/json.ts';
import type { TestPostgres, TestPostgresMember, TestRedis } from '../servers.ts';
import type { PostgresMajor } from '../servers/postgres-majors.ts';

/** A pair of 18, or one server of Debian's 15. `primary` carries `spec`, `environment` and `stop` of all of it. */
export type PostgresServers = { version: PostgresMajor; primary: TestPostgres; replica?: TestPostgresMember };
/** A primary, a replica and three Sentinels. */
export type RedisServers = TestRedis;

/** Where a fault or a workload happens: real servers, and what has to be undone afterwards, last first. */
export type Stage<Servers> = {
  servers: Servers;
  /** Runs when the look is over, whatever came of it. */
  afterwards(undo: () => unknown): void;
};

type Scene<Servers> = {
  /** A few words with hyphens: what a person types to see this one alone. */
  name: string;
  /** One sentence: what is done to the servers. */
  what: string;
  /** Done before the first of the two looks: what has to be there already. */
  prepare?(stage: Stage<Servers>): Promise<void>;
  /** Done between the two looks. Resolves when it can be seen. */
  begin(stage: Stage<Servers>): Promise<void>;
};

/** What is injected, and which finding has to be the first one. */
export type Fault<Servers, Settings> = Scene<Servers> & {
  /** Beginning of the key of the finding that has to be the first: `postgres.locks:`. */
  names: string;
  /** Limits by check id, where the real ones are hours or gigabytes away. */
  limits?: { readonly [check: string]: Json };
  /** Servers of its own with these settings besides, because it breaks them or only they can show it. */
  own?: Settings;
};
/** Hard work that is in order: nothing above `info` may be found, with the limits that everybody has. */
export type Calm<Servers> = Scene<Servers>;

export type PostgresFault = Fault<PostgresServers, Readonly<Record<string, string>>> & {
  /** Both when not said. */
  versions?: readonly PostgresMajor[];
};
export type RedisFault = Fault<RedisServers, readonly string[]>;
export type PostgresCalm = Calm<PostgresServers>;
export type RedisCalm = Calm<RedisServers>;
