import type { DeathSign, FailoverOrder, FailoverResult } from '../../targets/failover.ts';
import type { ServerSeen } from '../switchover/server-look.ts';

/**
 * Pure: how it ended, after the servers themselves were asked: the cloud's word that a server is promoted is no proof that it takes writes,
 * nor that the old one is gone. `after` null: nothing could be asked.
 */
export function provedFailover(
  { from, to }: FailoverOrder,
  end: FailoverResult,
  after: { server: ServerSeen | null; former: DeathSign } | null,
): FailoverResult {
  const server = after?.server ?? null;
  if (server === null || !server.takesWrites) {
    const says = server === null ? `${to} does not answer from here` : `${to} takes no writes`;
    return {
      ...end,
      ended: 'needs-a-human',
      why: `The cloud says that ${to} is promoted, and ${says}. Look at it, and promote no other one.`,
    };
  }
  const former = after?.former;
  const told = former ? [`The old primary, seen from here: ${former.sentence}`] : [];
  const evidence = [`${to} is out of recovery and takes writes.`, ...told, ...end.evidence];
  if (former?.says !== 'alive' || end.oldPrimary === 'fenced') return { ...end, evidence };
  return {
    ...end,
    evidence,
    ended: 'needs-a-human',
    why: `${from} answers again: two servers may take writes, and what each takes the other does not have.`,
    left: [`Stop ${from} now, or keep its clients away: each minute makes the two histories differ more.`, ...end.left],
  };
}
