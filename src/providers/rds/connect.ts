import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { rdsToken } from './token.ts';

/** Amazon RDS: the same sessions, always over TLS. */
export function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<PostgresTarget> {
  return openPostgresTarget({ ...spec, tls: true }, room, { ...options, token: rdsToken });
}
