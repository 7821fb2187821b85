import { Fault } from '../../../core/errors.ts';
import { loginOf } from '../../credentials.ts';
import { limitsOf } from '../../open-options.ts';
import { postgresRefusal } from '../../postgres-refusal.ts';
import { openReplication, type ReplicationConnection } from '../replication/connection.ts';
import type { BackupSite } from './site.ts';

/** A server that is asked for the next piece and says nothing for so long is gone. */
const SILENT_MS = 60_000;

/** Opens a connection for replication to a member, with the login of the room `copy`. Throws a Fault that says why there is none. */
export async function openMember({ spec, options }: BackupSite, name: string): Promise<ReplicationConnection> {
  const member = spec.members.find((one) => one.name === name);
  if (!member) throw new Fault('bug', `${spec.name} has no member ${name}`);
  const login = await loginOf(spec, member, 'copy', options);
  const { host, port } = member;
  const { connectTimeoutMs } = limitsOf(options);
  try {
    const address = { host, port, tls: spec.tls, applicationName: 'nightshift', connectTimeoutMs };
    return await openReplication(address, login, SILENT_MS);
  } catch (thrown) {
    const attempt = { host, port, user: login.user ?? 'nobody', database: 'replication', connectTimeoutMs };
    const { reason, code } = postgresRefusal(thrown, attempt);
    throw new Fault(code, `${name}: ${reason}`, { cause: thrown });
  }
}
