import type { Severity } from '../../core/finding.ts';

/** Values as pg_settings shows them, without units. */
export type Settings = { readonly [name: string]: string | null };

type Alarming = {
  name: string;
  value: string;
  better: string;
  severity: Severity;
  effect: string;
  next: string;
  /** Says nothing about a server with storage of its own kind. */
  storage?: true;
};

/** https://www.postgresql.org/docs/current/runtime-config-wal.html https://www.postgresql.org/docs/current/runtime-config-developer.html */
export const ALARMING: readonly Alarming[] = [
  {
    name: 'fsync',
    value: 'off',
    better: 'on',
    severity: 'critical',
    effect: 'a crash of the machine may destroy the whole cluster',
    next: 'Switch it on now; it costs speed and no interruption.',
    storage: true,
  },
  {
    name: 'full_page_writes',
    value: 'off',
    better: 'on',
    severity: 'warning',
    effect: 'a crash may leave half-written pages, unless the file system writes them whole (ZFS does)',
    next: 'Find out what the file system promises; if nothing,',
    storage: true,
  },
  {
    name: 'zero_damaged_pages',
    value: 'on',
    better: 'off',
    severity: 'critical',
    effect: 'a damaged page is emptied without a question, and its rows are gone',
    next: 'It is meant for the hour of a rescue.',
  },
  {
    name: 'ignore_checksum_failure',
    value: 'on',
    better: 'off',
    severity: 'critical',
    effect: 'damaged pages are read as if they were whole, and the damage spreads',
    next: 'It is meant for the hour of a rescue.',
  },
];

type Blinding = {
  name: string;
  values: readonly string[];
  better: string;
  hides: string;
  unless?: (now: Settings) => boolean;
};

/** https://www.postgresql.org/docs/current/runtime-config-logging.html https://www.postgresql.org/docs/current/runtime-config-statistics.html */
export const BLINDING: readonly Blinding[] = [
  {
    name: 'log_min_duration_statement',
    values: ['-1'],
    better: '1s',
    hides: 'slow statements',
    unless: (now) => (now['log_min_duration_sample'] ?? '-1') !== '-1',
  },
  { name: 'log_lock_waits', values: ['off'], better: 'on', hides: 'who waited for whom' },
  { name: 'log_temp_files', values: ['-1'], better: '10MB', hides: 'sorts that spill to disk' },
  { name: 'log_checkpoints', values: ['off'], better: 'on', hides: 'checkpoints' },
  { name: 'log_autovacuum_min_duration', values: ['-1'], better: '10min', hides: 'long vacuums' },
  { name: 'track_io_timing', values: ['off'], better: 'on', hides: 'time spent on the disk' },
  { name: 'track_activities', values: ['off'], better: 'on', hides: 'what sessions do' },
  { name: 'compute_query_id', values: ['off'], better: 'auto', hides: 'which statement it was' },
];

/** All that is asked; unknown names are left out by the server. */
export const ASKED: readonly string[] = [
  ...ALARMING.map(({ name }) => name),
  ...BLINDING.map(({ name }) => name),
  'log_min_duration_sample',
  'shared_buffers',
  'block_size',
  'work_mem',
  'max_connections',
];
