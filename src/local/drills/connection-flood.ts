import type { Fleet } from '../fleet/index.ts';
import type { PostgresServer } from '../fleet/postgres-server.ts';
import type { Drill } from './drill.ts';
import { holdSessions } from './drill-sessions.ts';
import { until } from './until.ts';

/** So many of the slots that anybody may take stay free: for the shop that connects anew, and for whoever comes to look. */
const freeSlots = 4;
const fullRatio = 0.9;

/** Slots that an ordinary role may take: the reserved ones are kept by the server itself. */
const SLOTS = `
  SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - current_setting('reserved_connections')::int AS usable,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`;

/** A pool of `shop-worker` that opens more and more connections and never closes one. */
export function connectionFlood(fleet: Fleet): Drill {
  const sessions = holdSessions(fleet);
  const isFull = async () => {
    const { usable, used } = await slotsOf(await fleet.postgres.primary());
    return used / usable >= fullRatio;
  };
  const isOn = async () => !sessions.isEmpty() && (await isFull());
  return {
    name: 'connection-flood',
    title: 'Flood of connections',
    what: `shop-worker opens connections and uses none, until ${freeSlots} are left beside the reserved ones. Watch for: how many of how many, and whose they are.`,
    on: async () => {
      if (await isOn()) return;
      await sessions.closeAll();
      const { usable, used } = await slotsOf(await fleet.postgres.primary());
      // One after the other: a server that forks fifty at once keeps everybody else waiting.
      for (let free = usable - used; free > freeSlots; free -= 1) await sessions.open('shop-worker');
      await until('the slots to be taken', isFull);
    },
    off: () => sessions.closeAll(),
    isOn,
  };
}

async function slotsOf(primary: PostgresServer | undefined): Promise<{ usable: number; used: number }> {
  const [slots] = (await primary?.query<{ usable: number; used: number }>(SLOTS)) ?? [];
  return slots ?? { usable: 1, used: 0 };
}
