import type { EngineBinding } from '../states/world.ts';
import { openStableEndpoint, type StableEndpoint } from './stable-endpoint.ts';

/** A Redis server behind a replication group, by the name of its node. */
export type RedisEngine = {
  port: number;
  /** One command on a connection of its own. */
  call(command: string, ...args: string[]): Promise<unknown>;
};

export type RedisEngines = EngineBinding & {
  /** Leads to the primary. */
  endpoint: StableEndpoint;
  /** Who is the primary. */
  primary(): string;
};

/**
 * Servers behind the primary endpoint of a replication group; the first takes writes, the others follow it already. `moveTo` promotes a replica with
 * what it has at that moment (replication is asynchronous), and makes the others follow it.
 */
export async function bindRedis(members: { readonly [node: string]: RedisEngine }): Promise<RedisEngines> {
  let [primary = ''] = Object.keys(members);
  const endpoint = await openStableEndpoint(members[primary]?.port ?? 0);
  return {
    endpoint,
    primary: () => primary,
    moveTo: async (node) => {
      const next = members[node];
      if (!next) throw new TypeError(`no engine is bound as ${node}: ${Object.keys(members).join(', ')}`);
      endpoint.cut();
      await next.call('REPLICAOF', 'NO', 'ONE');
      const others = Object.values(members).filter((one) => one !== next);
      await Promise.all(others.map((one) => one.call('REPLICAOF', '127.0.0.1', String(next.port))));
      primary = node;
      endpoint.leadTo(next.port);
    },
  };
}
