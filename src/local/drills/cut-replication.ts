import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';
import { replicaStreams } from './stop-primary.ts';
import { until } from './until.ts';

const WALSENDERS = 'SELECT FROM pg_stat_replication';

/** Both servers are up, but the wire between them is dead; the slot on the primary keeps WAL meanwhile. */
export function cutReplication({ postgres }: Fleet): Drill {
  const { gate } = postgres;
  return {
    name: 'cut-replication',
    title: 'Cut the replication',
    what: 'Drops the connection between the replica of shop-db and its primary and refuses new ones: the replica falls behind.',
    on: async () => {
      gate.cut();
      const source = await postgres.primary();
      if (source) await until('the replica to be gone', async () => (await source.query(WALSENDERS)).length === 0);
    },
    off: async () => {
      if (!gate.isCut()) return;
      gate.restore();
      // With the primary stopped nothing can stream; the wire is whole all the same.
      if (await postgres.primary()) await until('the replica to stream again', () => replicaStreams(postgres));
    },
    isOn: async () => gate.isCut(),
  };
}
