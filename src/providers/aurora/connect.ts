import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { knocksOf } from '../rds/outage.ts';
import { restoredCopy } from '../rds/drill/restored.ts';
import { rdsToken } from '../rds/token.ts';

/** Amazon Aurora: the same sessions, always over TLS. */
export async function connect(given: TargetSpec, room: DatabaseRoom, settings: OpenOptions): Promise<PostgresTarget> {
  const spec = { ...given, tls: true };
  const options = { ...settings, token: rdsToken };
  const target = await openPostgresTarget(spec, room, options);
  if (room !== 'read') return target;
  return { ...target, outage: knocksOf({ spec, options, room, target }), restored: restoredCopy({ spec, options }) };
}
