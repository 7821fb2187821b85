import { startTestPostgres } from '../servers.ts';
import type { PostgresMajor } from '../servers/postgres-majors.ts';
import type { PostgresServers } from './fault.ts';

/** What a careful production server has; fsync is on, so that its absence is no finding. */
const careful = {
  fsync: 'on',
  synchronous_commit: 'off',
  max_connections: '60',
  max_prepared_transactions: '4',
  max_slot_wal_keep_size: '1GB',
  max_wal_size: '1GB',
  track_io_timing: 'on',
  log_lock_waits: 'on',
  log_temp_files: '0',
  log_min_duration_statement: '1s',
  wal_receiver_status_interval: '1s',
  hot_standby_feedback: 'off',
};

/** A pair of 18, or one server of 15, with the settings of one fault besides. */
export async function startPostgresStage(
  version: PostgresMajor,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServers> {
  const server = await startTestPostgres({
    major: version,
    replica: version === 18,
    settings: { ...careful, ...settings },
  });
  const replica = server.replica;
  return { version, primary: server, ...(replica ? { replica } : {}) };
}
