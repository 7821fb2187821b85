import type { DatabaseRoom } from '../../core/room.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { failoverBeside, switchoverBeside } from '../canary/beside.ts';
import type { OpenOptions } from '../open-options.ts';
import { openPostgresTarget } from '../postgres-target.ts';
import { serverLog } from '../server-log/server-log.ts';
import { backupsOf } from './backups.ts';
import { postgresCanary } from './canary.ts';
import { postgresPen } from './canary/pen.ts';
import { failoverOf } from './failover.ts';
import { patroniSwitchoverOf } from './patroni.ts';
import { rejoinOf } from './rejoin.ts';
import { switchoverOf } from './switchover.ts';

/** Servers of our own: reached as configured. */
export async function connect(spec: TargetSpec, room: DatabaseRoom, options: OpenOptions): Promise<PostgresTarget> {
  const target = await openPostgresTarget(spec, room, options);
  const place = { spec, options };
  const rejoin = rejoinOf({ spec, target, hands: options.hands, now: Date.now });
  const able = {
    ...target,
    ...movesWrites(place, target, room),
    ...(spec.members.some(({ patroni }) => patroni) ? {} : { rejoin }),
    ...postgresCanary(spec, target.members, options),
  };
  if (room === 'copy') return { ...able, backups: backupsOf({ ...place, target }) };
  if (room !== 'read') return able;
  return { ...able, logs: target.members.map((member) => serverLog(member, Date.now)) };
}

function movesWrites(
  place: { spec: TargetSpec; options: OpenOptions },
  target: PostgresTarget,
  room: DatabaseRoom,
): Required<Pick<PostgresTarget, 'switchover' | 'failover'>> {
  const { spec, options } = place;
  const switchover = patroniSwitchoverOf(place, target) ?? switchoverOf(place, target);
  const failover = failoverOf({ ...place, room, target });
  if (!spec.canary) return { switchover, failover };
  const penFor = () => postgresPen(spec, options);
  return { switchover: switchoverBeside(switchover, penFor), failover: failoverBeside(failover, penFor) };
}
