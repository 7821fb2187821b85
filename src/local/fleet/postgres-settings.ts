/**
 * Settings of the fleet's servers: what a careful production server has, at the size of a laptop. Logs are written twice, as
 * JSON and in RDS's own line format. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html
 */
export function postgresSettings(name: string): Record<string, string> {
  return { cluster_name: name, ...size, ...logs, ...replication, shared_preload_libraries: 'pg_stat_statements' };
}

const size = {
  shared_buffers: '64MB',
  max_connections: '60',
  max_wal_size: '256MB',
  track_io_timing: 'on',
  timezone: 'UTC',
};

const logs = {
  logging_collector: 'on',
  log_destination: 'stderr,jsonlog',
  log_line_prefix: '%t:%r:%u@%d:[%p]:',
  log_timezone: 'UTC',
  // One file for each weekday, written over a week later.
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_truncate_on_rotation: 'on',
  log_min_duration_statement: '200ms',
  log_lock_waits: 'on',
  log_temp_files: '0',
};

const replication = {
  wal_level: 'replica',
  summarize_wal: 'on',
  hot_standby: 'on',
  // A cut replica must not fill the disk of a laptop.
  max_slot_wal_keep_size: '512MB',
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
  wal_retrieve_retry_interval: '500ms',
};
