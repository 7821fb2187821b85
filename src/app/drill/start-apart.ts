import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestoreChoice } from '../../backups/restore/choose.ts';
import type { PostgresBinaries } from '../../runtime/postgres-binaries.ts';
import { findPostgresIdentity, giveTo, makePrivateDirectory } from '../../runtime/postgres-identity.ts';
import type { RestorePlace } from '../restore/place.ts';
import { startRestored, type Started } from '../restore/start.ts';

/** The name of the socket only: nothing listens on a port. */
const PORT = 5432;

/** A login trigger and a subscription would act, a worker and a library would run: of the copied server's own nothing does. */
const APART = {
  archive_mode: 'off',
  session_preload_libraries: '',
  local_preload_libraries: '',
  max_logical_replication_workers: '0',
  autovacuum: 'off',
  fsync: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
};
/** https://www.postgresql.org/docs/17/runtime-config-client.html#GUC-EVENT-TRIGGERS */
const APART_SINCE_17 = { event_triggers: 'off' };

export type Apart = { server: Extract<Started, { server: unknown }>; socketDirectory: string; port: number };

/**
 * Starts a restored copy to which nobody comes but over a socket in a folder of its own. What stands in its configuration of other
 * machines is switched off.
 */
export async function startApart(
  directory: string,
  place: RestorePlace,
  { target, system }: RestoreChoice,
  binaries: PostgresBinaries,
  signal: AbortSignal,
): Promise<Apart | { notStarted: string }> {
  const identity = findPostgresIdentity();
  const socketDirectory = join(directory, 's');
  makePrivateDirectory(socketDirectory, identity);
  const hba = join(place.directory, 'hba.conf');
  mkdirSync(place.directory, { recursive: true });
  writeFileSync(hba, 'local all all trust\n', { mode: 0o600 });
  giveTo(hba, identity);
  const settings = { ...APART, ...(system.major >= 17 ? APART_SINCE_17 : {}), hba_file: hba };
  const server = await startRestored(place, target, binaries, { socketDirectory, port: PORT, signal, settings });
  return 'notStarted' in server ? server : { server, socketDirectory, port: PORT };
}
