import type { Canary } from '../targets/canary.ts';
import type { RedisTarget } from '../targets/redis.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { failoverBeside, switchoverBeside, type PenFor } from './canary/beside.ts';
import { beatOnce } from './canary/beat.ts';
import type { OpenOptions } from './open-options.ts';
import { keyOf, openCanary, readKey } from './redis-canary/key.ts';
import { redisPen, type Find } from './redis-canary/pen.ts';

/** A group with one primary, with the canary beside what moves its writes, where the config asks for it. */
export function withCanary(target: RedisTarget, spec: TargetSpec, options: OpenOptions, find: Find): RedisTarget {
  if (!spec.canary) return target;
  const pen = () => redisPen(spec, keyOf(), find);
  const canary: Canary = { beat: () => beatOnce(pen()), heard: (name) => heard(spec, name, options) };
  return { ...besideAll(target, pen), canary };
}

/** Whatever moves the writes of a target, with the canary beside it. */
export function besideAll(target: RedisTarget, penFor: PenFor): RedisTarget {
  const { switchover, failover } = target;
  return {
    ...target,
    ...(switchover ? { switchover: switchoverBeside(switchover, penFor) } : {}),
    ...(failover ? { failover: failoverBeside(failover, penFor) } : {}),
  };
}

async function heard(spec: TargetSpec, name: string, options: OpenOptions): ReturnType<Canary['heard']> {
  const member = spec.members.find((one) => one.name === name);
  const session = member && (await openCanary(spec, member, options).catch(() => undefined));
  if (!session) return null;
  const said = await readKey(session, keyOf(), name).catch(() => null);
  await session.close();
  return said;
}
