import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoreTarget } from '../../backups/restore/target.ts';
import { asFault } from '../../core/errors.ts';
import type { PostgresBinaries } from '../../runtime/postgres-binaries.ts';
import { findPostgresIdentity, giveTo, isTraversableBy } from '../../runtime/postgres-identity.ts';
import { startPostgres, type PostgresStart, type RunningPostgres } from '../../runtime/postgres-launcher.ts';
import type { RestorePlace } from './place.ts';

/** What the server says that it reached. Times as it writes them; `ranOut` where there was no WAL after the wanted time. */
export type Reached = { lsn?: string; time?: string; timeline?: number; ranOut?: true };
export type Started = { server: RunningPostgres; reached: Reached };

/** What differs from a server that somebody goes on with. */
export type StartHow = Pick<PostgresStart, 'settings' | 'socketDirectory' | 'port' | 'signal'>;

const DAY_MS = 86_400_000;
/** Nothing of the copied server's own world is used while it replays: its memory, its libraries, its certificates, its log. */
const SETTINGS = {
  hot_standby: 'off',
  shared_buffers: '128MB',
  huge_pages: 'off',
  shared_preload_libraries: '',
  ssl: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  lc_messages: 'C',
  log_line_prefix: '',
  max_prepared_transactions: '1000',
};

/** Starts the restored server on a free port of this machine, and waits until its recovery has ended. */
export async function startRestored(
  place: RestorePlace,
  target: RestoreTarget,
  binaries: PostgresBinaries,
  how: StartHow = {},
): Promise<Started | { notStarted: string }> {
  const identity = findPostgresIdentity();
  if (identity !== undefined && !isTraversableBy(place.directory, identity))
    return { notStarted: `the account ${identity.name}, which has to run the server, cannot reach ${place.data}` };
  writeMissing(place.data);
  giveTo(place.directory, identity);
  const first = await tryStart(place, binaries, how);
  if (!('notStarted' in first) || target.kind !== 'time' || !isPastTheEnd(first.notStarted)) return first;
  // All that was stored is older than the time: its end is the state at that time.
  appendFileSync(join(place.data, 'postgresql.auto.conf'), "recovery_target_time = ''\n");
  const second = await tryStart(place, binaries, how);
  return 'notStarted' in second ? second : { ...second, reached: { ...second.reached, ranOut: true } };
}

async function tryStart(
  { data }: RestorePlace,
  binaries: PostgresBinaries,
  how: StartHow,
): Promise<Started | { notStarted: string }> {
  let said = '';
  const own = { data_directory: data, hba_file: join(data, 'pg_hba.conf'), ident_file: join(data, 'pg_ident.conf') };
  try {
    const server = await startPostgres({
      dataDirectory: data,
      binaries,
      ...how,
      settings: { ...SETTINGS, ...own, ...how.settings },
      onSaid: (text) => (said = (said + text).slice(-100_000)),
      readyTimeoutMs: DAY_MS,
      waitsFor: 'end of recovery',
    });
    return { server, reached: reachedIn(said) };
  } catch (thrown) {
    return { notStarted: asFault(thrown).message };
  }
}

function isPastTheEnd(failure: string): boolean {
  return failure.includes('recovery ended before configured recovery target was reached');
}

/** Pure: what a server's log says of its recovery. https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/access/transam/xlogrecovery.c */
export function reachedIn(log: string): Reached {
  const lsn = /redo done at ([0-9A-F]+\/[0-9A-F]+)/.exec(log)?.[1];
  const time = /last completed transaction was at log time ([^\n]+)/.exec(log)?.[1];
  const timeline = /selected new timeline ID: (\d+)/.exec(log)?.[1];
  return {
    ...(lsn === undefined ? {} : { lsn }),
    ...(time === undefined ? {} : { time }),
    ...(timeline === undefined ? {} : { timeline: Number(timeline) }),
  };
}

/** Some systems keep these files elsewhere: without them no server starts. */
function writeMissing(data: string): void {
  const files = {
    'postgresql.conf': '',
    'pg_hba.conf': 'host all all 127.0.0.1/32 scram-sha-256\n',
    'pg_ident.conf': '',
  };
  for (const [name, text] of Object.entries(files))
    if (!existsSync(join(data, name))) writeFileSync(join(data, name), text, { mode: 0o600 });
}
