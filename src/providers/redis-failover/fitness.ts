import { bytesText } from '../../checks/wording.ts';
import type { SwitchoverCandidate } from '../../targets/switchover.ts';
import { silentCandidate } from '../redis-switchover/group.ts';
import type { Roles } from './seen.ts';
import type { Replica } from './link.ts';
import type { Primary } from './signs.ts';

/**
 * Pure: who could take the place of a dead primary, the one with the most of its log first; one with less is unfit, also by name.
 * `lagBytes` is what another replica has more of it, null where it could not at all; what the primary itself had nobody knows.
 */
export function candidatesOf({ replicas, silent }: Roles, primary: Primary): SwitchoverCandidate[] {
  const able = replicas.filter((one) => whyUnfit(one, primary) === undefined);
  const most = able
    .map(({ standing }) => standing)
    .reduce((one, other) => (other.offsetBytes > one.offsetBytes ? other : one), { name: '', offsetBytes: -Infinity });
  const histories = new Set(able.map(({ standing }) => standing.replicationId));
  const apart =
    histories.size > 1 ? 'the replicas have different histories (replication ids): nobody can say who has more.' : null;
  return [
    ...replicas
      .map((one): SwitchoverCandidate & { offsetBytes: number } => {
        const { name, offsetBytes } = one.standing;
        const unable = whyUnfit(one, primary) ?? apart;
        const lagBytes = unable === null ? most.offsetBytes - offsetBytes : null;
        return { member: name, unfit: unable ?? whyLess(lagBytes, most.name), lagBytes, offsetBytes };
      })
      .toSorted(
        (one, other) =>
          Number(one.unfit !== null) - Number(other.unfit !== null) || other.offsetBytes - one.offsetBytes,
      )
      .map(({ member, unfit, lagBytes }) => ({ member, unfit, lagBytes })),
    ...silent.filter(({ name }) => name !== primary.name).map(silentCandidate),
  ];
}

/** Pure: what one has less would be lost beside what the primary alone had. */
function whyLess(lagBytes: number | null, most: string): string | null {
  return lagBytes === null || lagBytes === 0 ? null : `it has ${bytesText(lagBytes)} less than ${most}.`;
}

/** Pure: why a replica could not take the place of the primary, in one sentence; undefined where it could. */
export function whyUnfit({ standing, link }: Replica, { name, address }: Primary): string | undefined {
  if (link.follows !== address) return `it follows ${link.follows}, and not ${name}.`;
  if (standing.loading) return 'it is still loading its data.';
  if (link.state === 'syncing') return `it has only a part of the data of ${name}: its copy was not complete.`;
  if (link.state === 'down' && link.downSeconds === null)
    return `it was started after ${name} was lost: what it has is as old as its last save. By hand: REPLICAOF NO ONE there, if nothing newer is left.`;
  if (link.takesOwnWrites)
    return `clients may write to it (replica-read-only no): what it has may not be what ${name} had.`;
  if (standing.priority === 0) return `it must not be promoted (replica-priority 0 on ${standing.name}).`;
  return undefined;
}
