import type { Fleet } from '../fleet/index.ts';
import type { PostgresServer } from '../fleet/postgres-server.ts';
import { isStreaming } from '../fleet/postgres-standby.ts';
import type { Drill } from './drill.ts';
import { until } from './until.ts';

/** The primary is shut down in order; nobody takes its place. */
export function stopPrimary({ postgres }: Fleet): Drill {
  let stopped: PostgresServer | undefined;
  return {
    name: 'stop-primary',
    title: 'Stop the PostgreSQL primary',
    what: 'Shuts the primary of shop-db down: no writes, the replica keeps what it has.',
    on: async () => {
      if (stopped && !stopped.isRunning()) return;
      stopped = await postgres.primary();
      await stopped?.stop();
    },
    off: async () => {
      if (!stopped) return;
      await postgres.restore(stopped);
      await until('the replica to stream again', () => replicaStreams(postgres));
      stopped = undefined;
    },
    isOn: async () => stopped !== undefined && !stopped.isRunning(),
  };
}

/** Does the pair replicate? A wire that another drill has cut is that drill's business. */
export async function replicaStreams({ primary, servers, gate }: Fleet['postgres']): Promise<boolean> {
  if (gate.isCut()) return true;
  const source = await primary();
  const replica = servers.find((server) => server !== source);
  return source !== undefined && replica !== undefined && (await isStreaming(replica, source).catch(() => false));
}
