const WRITING = [
  'postgres.checkpoints',
  'postgres.io',
  'postgres.machine',
  'postgres.disk',
  'postgres.replication-slots',
];
const MEMORY = ['postgres.machine', 'postgres.temp-files', 'postgres.settings', 'postgres.io', 'postgres.cache-hit'];
const PLANS = [
  'postgres.load',
  'postgres.long-transactions',
  'postgres.machine',
  'postgres.io',
  'postgres.temp-files',
  'postgres.cache-hit',
];
const WAITING = ['postgres.locks', 'postgres.idle-in-transaction', 'postgres.long-transactions', 'postgres.deadlocks'];
const CLEANING = [
  'postgres.autovacuum',
  'postgres.table-bloat',
  'postgres.index-bloat',
  'postgres.wraparound',
  'postgres.io',
];
const REPLICAS = ['postgres.replication-lag', 'postgres.conflicts', 'postgres.replication-slots', 'postgres.horizon'];

/** Which findings a setting can explain, by the beginning of its name; the first that fits counts. */
const EXPLAINS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /^(max_connections|reserved_connections|superuser_reserved_connections)$/,
    ['postgres.connections', 'postgres.role-limits'],
  ],
  [
    /^(work_mem|hash_mem_multiplier|maintenance_work_mem|autovacuum_work_mem|temp_file_limit|temp_buffers)$/,
    [...MEMORY, ...PLANS],
  ],
  [/^(shared_buffers|effective_cache_size|huge_pages)$/, [...MEMORY, ...PLANS]],
  [
    /^(enable_|random_page_cost|seq_page_cost|cpu_|jit|default_statistics_target|from_collapse|join_collapse|geqo|plan_cache|parallel_|max_parallel|effective_io_concurrency)/,
    PLANS,
  ],
  [/^(autovacuum|vacuum_)/, CLEANING],
  [
    /^(checkpoint_|max_wal_size|min_wal_size|wal_|bgwriter_|synchronous_commit|commit_delay|full_page_writes|fsync)/,
    [...WRITING, 'postgres.settings', 'postgres.archiving', 'postgres.replication-lag'],
  ],
  [/^archive_/, ['postgres.archiving', 'postgres.disk', 'postgres.replication-slots']],
  [
    /^(max_standby_|hot_standby|max_wal_senders|max_replication_slots|max_slot_wal|recovery_|synchronous_standby)/,
    [...REPLICAS, ...WAITING],
  ],
  [/^(deadlock_timeout|lock_timeout|idle_|statement_timeout|transaction_timeout|max_locks)/, WAITING],
  [/^default_transaction_read_only$/, ['postgres.read-only']],
  [/^(zero_damaged|ignore_checksum)/, ['postgres.settings', 'postgres.checksums']],
  // What is written to the log explains nothing but a full disk.
  [/^(log_|debug_|track_|client_min)/, ['postgres.settings', 'postgres.disk']],
];

/** Pure: the checks whose findings a setting can explain; undefined where nobody knows. */
export function explainedBySetting(name: string): readonly string[] | undefined {
  return EXPLAINS.find(([pattern]) => pattern.test(name))?.[1];
}
