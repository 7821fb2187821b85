import type { PostgresEngine } from '../../../../src/local/aws/cloud/engines/postgres-engines.ts';
import { testPasswords } from '../../../servers/passwords.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresMember } from '../../../servers.ts';

/** The role of test servers that may replicate. */
export const copyRole = { user: 'nightshift_copy', password: testPasswords.copy };

/** A primary and a standby that nothing acknowledged is lost to. */
export async function startPairOfEngines(): Promise<{ pair: TestPostgres; one: PostgresEngine; two: PostgresEngine }> {
  const pair = await startTestPostgres({ replica: true, settings: { synchronous_commit: 'on' } });
  if (!pair.replica) throw new TypeError('a pair is two servers');
  return { pair, one: engineOf(pair.primary), two: engineOf(pair.replica) };
}

function engineOf(member: TestPostgresMember): PostgresEngine {
  return {
    name: member.name,
    port: member.port,
    dataDirectory: member.dataDirectory,
    isRunning: () => !member.hasExited(),
    start: member.restart,
    stop: (mode) => member.stop(mode),
    query: member.query,
  };
}

/** `url` with another port: through an endpoint. */
export function through(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
