import type { FailoverLook } from '../../../targets/failover.ts';
import type { RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import { fenceOutlook } from '../../redis-failover/fence.ts';
import { lookOf, type Words } from '../../redis-failover/look.ts';
import { primaryOf, rolesOf } from '../../redis-failover/seen.ts';
import type { Hear } from '../../redis-failover/work.ts';
import { warns } from '../../redis-switchover/prechecks.ts';
import { runbook } from './runbook.ts';

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
  ...planWords(runbook),
};
