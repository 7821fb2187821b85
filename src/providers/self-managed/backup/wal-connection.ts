import { BrokenWal } from '../../../backups/wal/check-pages.ts';
import { Fault } from '../../../core/errors.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';
import { loginOf } from '../../credentials.ts';
import { limitsOf } from '../../open-options.ts';
import { postgresRefusal } from '../../postgres-refusal.ts';
import { openReplication, ServerSaid, type ReplicationConnection } from '../replication/connection.ts';
import type { BackupSite } from './site.ts';

const SILENT_MS = 60_000;

/** Opens a connection over which a member gives its WAL, under the name that the server is to show. */
export async function connectForWal(
  { spec, options }: Pick<BackupSite, 'spec' | 'options'>,
  { name }: Pick<PostgresMember, 'name'>,
  applicationName: string,
): Promise<ReplicationConnection> {
  const configured = spec.members.find((member) => member.name === name);
  if (configured === undefined) throw new Fault('invalid_request', `there is no member ${name}`);
  const { host, port } = configured;
  const { connectTimeoutMs } = limitsOf(options);
  const login = await loginOf(spec, configured, 'copy', options);
  try {
    return await openReplication({ host, port, tls: spec.tls, applicationName, connectTimeoutMs }, login, SILENT_MS);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    const attempt = { host, port, user: login.user ?? '', database: 'replication', connectTimeoutMs };
    const { reason, code } = postgresRefusal(thrown, attempt);
    throw new Fault(code, `${name} gives no replication connection: ${reason}`, { cause: thrown });
  }
}

/** What broke a stream of WAL, as a fault that says what became of it. */
export function asWalFault(thrown: unknown): unknown {
  if (thrown instanceof BrokenWal)
    return new Fault('conflict', `${thrown.message}; it was not stored.`, { cause: thrown });
  if (!(thrown instanceof ServerSaid)) return thrown;
  return new Fault('unsupported', `the server refused to give WAL: ${thrown.message} (${thrown.code})`, {
    cause: thrown,
  });
}
