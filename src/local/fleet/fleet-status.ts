import type { PostgresPair } from './postgres-pair.ts';
import type { RedisTrio } from './redis-trio.ts';

/** What the servers say of themselves now. */
export type FleetStatus = {
  members: readonly { name: string; role: 'primary' | 'replica' | 'sentinel'; state: 'up' | 'frozen' | 'down' }[];
};

/** Asks which servers run, and which of them take writes. */
export async function askStatus(pair: PostgresPair, trio: RedisTrio): Promise<FleetStatus> {
  const [postgresPrimary, redisPrimary] = await Promise.all([pair.primary(), trio.primary()]);
  const data = [...pair.servers, ...trio.servers].map((server) => ({
    name: server.name,
    role: server === postgresPrimary || server === redisPrimary ? ('primary' as const) : ('replica' as const),
    state: stateOf(server),
  }));
  const sentinels = trio.sentinels.map((server) => ({
    name: server.name,
    role: 'sentinel' as const,
    state: stateOf(server),
  }));
  return { members: [...data, ...sentinels] };
}

function stateOf(server: { isRunning(): boolean; isFrozen?(): boolean }): 'up' | 'frozen' | 'down' {
  if (server.isFrozen?.()) return 'frozen';
  return server.isRunning() ? 'up' : 'down';
}
