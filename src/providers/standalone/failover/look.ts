import type { FailoverLook } from '../../../targets/failover.ts';
import type { RedisTarget } from '../../../targets/redis.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import { fenceOutlook } from '../../redis-failover/fence.ts';
import { lookOf, type Words } from '../../redis-failover/look.ts';
import { primaryOf, rolesOf } from '../../redis-failover/seen.ts';
import type { Hear } from '../../redis-failover/work.ts';
import { warns } from '../../redis-switchover/prechecks.ts';

/** Asks the servers, and calls the primary anew. */
export async function lookAround(
  target: RedisTarget,
  specs: readonly MemberSpec[],
  hear: Hear,
  wanted: string | undefined,
): Promise<FailoverLook | { refused: string }> {
  const [roles, fence] = await Promise.all([rolesOf(target), fenceOutlook(target.fence)]);
  const primary = primaryOf(roles, specs);
  if ('refused' in primary) return primary;
  return lookOf({ roles, heard: await hear(primary.name), fence, specs, wanted }, WORDS);
}

const WORDS: Words = {
  prechecks: [
    warns('Clients', 'Nobody tells clients where to go: they need the new address at the moment of the change.'),
  ],
  steps: [
    'Call {from} again, and ask {to}: one of them that hears it ends this',
    'Wait until the log position of {to} has come to rest',
    'Close {from} to clients where something can, and call it once more',
    'Promote {to} (REPLICAOF NO ONE): from here on there is no way back',
    'Point the other replicas to {to}, and look whether they follow',
    'Look whether {from} is back, and say how it is kept away',
  ],
  clients: [
    'Writes fail until clients know the address of {to}: whoever keeps it (DNS, a proxy, a setting) has to point it there. Nightshift does not.',
    'What {from} had acknowledged and not yet copied to {to} is lost.',
  ],
  undo: 'Nothing: from the promotion on there are two histories, and what only {from} has is discarded when it follows {to}.',
};
