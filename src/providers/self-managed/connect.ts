import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { serverLog } from '../server-log/server-log.ts';
import { backupsOf } from './backups.ts';
import { failoverOf } from './failover.ts';
import { patroniSwitchoverOf } from './patroni.ts';
import { switchoverOf } from './switchover.ts';

/** Servers of our own: reached as configured. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<PostgresTarget> {
  const target = await openPostgresTarget(spec, room, options);
  const place = { spec, options };
  const able = {
    ...target,
    switchover: patroniSwitchoverOf(place, target) ?? switchoverOf(place, target),
    failover: failoverOf({ ...place, room, target }),
  };
  if (room === 'copy') return { ...able, backups: backupsOf({ ...place, target }) };
  if (room !== 'read') return able;
  return { ...able, logs: target.members.map((member) => serverLog(member, Date.now)) };
}
