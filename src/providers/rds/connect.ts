import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { outageOf } from './outage.ts';
import { restoredCopy } from './drill/restored.ts';
import { rdsToken } from './token.ts';

/** Amazon RDS: the same sessions, always over TLS. */
export async function connect(given: TargetSpec, room: DatabaseRoom, settings: OpenOptions): Promise<PostgresTarget> {
  const spec = { ...given, tls: true };
  const options = { ...settings, token: rdsToken };
  const target = await openPostgresTarget(spec, room, options);
  if (room !== 'read') return target;
  return { ...target, outage: outageOf({ spec, options, room, target }), restored: restoredCopy({ spec, options }) };
}
