import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { replicaStreams } from './stop-primary.ts';
import { until } from './until.ts';

/** A standby that hangs is worse than one that is gone: it takes connections, and nobody who asks it gets an answer. */
export function freezeStandby({ postgres }: Fleet): Drill {
  const isOn = async () => postgres.servers.some((server) => server.isFrozen());
  return {
    name: 'freeze-standby',
    title: 'Freeze the standby',
    what: 'Halts all processes of the standby of shop-db (SIGSTOP). Watch for: it does not answer, and after 5 s the primary lets it go.',
    on: async () => {
      if (await isOn()) return;
      const primary = await postgres.primary();
      if (!primary) throw new Error('no server takes writes: switch the other drills off first');
      postgres.servers.find((server) => server !== primary)?.freeze();
    },
    off: async () => {
      if (!(await isOn())) return;
      for (const server of postgres.servers) server.thaw();
      if (await postgres.primary()) await until('the replica to stream again', () => replicaStreams(postgres));
    },
    isOn,
  };
}
