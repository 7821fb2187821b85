import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which of two data directories belongs to the primary? The one that is no standby; of two, the one on the higher timeline,
 * because every promotion begins a new one. Undefined when neither exists.
 * https://www.postgresql.org/docs/18/continuous-archiving.html#BACKUP-TIMELINES
 */
export function formerPrimary(directories: readonly string[]): string | undefined {
  const present = directories.filter((directory) => existsSync(join(directory, 'PG_VERSION')));
  const writable = present.filter((directory) => !existsSync(join(directory, 'standby.signal')));
  const candidates = writable.length > 0 ? writable : present;
  return candidates.toSorted((one, other) => timelineOf(other) - timelineOf(one))[0];
}

/** A promotion writes `<timeline>.history`, eight hex digits, into pg_wal; timeline 1 has none. */
function timelineOf(directory: string): number {
  const timelines = readdirSync(join(directory, 'pg_wal'))
    .filter((name) => /^[0-9A-F]{8}\.history$/.test(name))
    .map((name) => Number.parseInt(name.slice(0, 8), 16));
  return Math.max(1, ...timelines);
}
