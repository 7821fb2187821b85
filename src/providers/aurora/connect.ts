import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { knocksOf } from '../rds/outage.ts';
import { rdsToken } from '../rds/token.ts';

/** Amazon Aurora: the same sessions, always over TLS. */
export async function connect(given: TargetSpec, room: DatabaseRoom, settings: OpenOptions): Promise<PostgresTarget> {
  const spec = { ...given, tls: true };
  const options = { ...settings, token: rdsToken };
  const target = await openPostgresTarget(spec, room, options);
  return room === 'read' ? { ...target, outage: knocksOf({ spec, options, room, target }) } : target;
}
