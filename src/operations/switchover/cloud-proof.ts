import type { CloudSwitchoverEnd } from '../../targets/cloud-switchover.ts';
import { startOf, takesWritesAlone, type ServerSeen } from './server-look.ts';

/**
 * Pure: how it ended, after the server itself was asked, too: what the cloud says alone is no proof. `after` null: it did not answer.
 */
export function proved(end: CloudSwitchoverEnd, before: ServerSeen, after: ServerSeen | null): CloudSwitchoverEnd {
  if (end.ended === 'needs-a-human') return { ...end, evidence: [...end.evidence, saysOf(before, after)] };
  if (after === null || !takesWritesAlone(after)) return contradicted(end, before, saysOf(before, after));
  const anew = isAnew(before, after);
  if (end.ended === 'switched' && !anew) return contradicted(end, before, saysOf(before, after));
  if (end.ended === 'rolled-back' && anew && end.coolDown === undefined)
    return contradicted(end, before, saysOf(before, after));
  return { ...end, evidence: [saysOf(before, after), ...end.evidence] };
}

function isAnew(before: ServerSeen, after: ServerSeen): boolean {
  return before.member !== after.member || startOf(before) !== startOf(after);
}

function contradicted(end: CloudSwitchoverEnd, { member }: ServerSeen, says: string): CloudSwitchoverEnd {
  const cloud =
    end.ended === 'switched'
      ? 'The cloud says that the writes have moved'
      : `The cloud says that they have not: ${end.why}`;
  return {
    ...end,
    ended: 'needs-a-human',
    why: `${cloud}${/[.]$/.test(cloud) ? '' : '.'} ${says} Look who takes the writes of ${member}.`,
    lost: 'unknown',
  };
}

function saysOf(before: ServerSeen, after: ServerSeen | null): string {
  if (after === null) return 'The server does not answer from here.';
  const { member, takesWrites } = after;
  const writes = takesWrites ? 'takes writes' : 'takes no writes';
  if ('serverRun' in after || 'serverRun' in before) return saysOfRedis(before, after, writes);
  const { startedAt, address } = after;
  if (!isAnew(before, after)) return `${member} ${writes} and was not started anew.`;
  const elsewhere = before.member === member && before.address !== address ? ', at another address than before' : '';
  return `${member} ${writes}; it was started at ${startedAt.slice(11, 19)} UTC${elsewhere}.`;
}

/** A Redis server changes its role without being started anew. */
function saysOfRedis(before: ServerSeen, after: ServerSeen, writes: string): string {
  const rivals = 'rivals' in after && after.rivals.length > 0 ? `, and so does ${after.rivals.join(', ')}` : '';
  const restarted = before.member === after.member && isAnew(before, after) ? ' and was started anew' : '';
  return `${after.member} ${writes}${restarted}${rivals}.`;
}
