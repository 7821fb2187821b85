import type { DBInstance } from '@aws-sdk/client-rds';
import type { FenceOutlook } from '../../../targets/failover.ts';

/** Security groups of an instance, as AWS shows them. */
export type Group = { id: string; status: string };

export function groupsOf({ VpcSecurityGroups = [] }: DBInstance): Group[] {
  return VpcSecurityGroups.map(({ VpcSecurityGroupId: id = '', Status: status = '' }) => ({ id, status }));
}

/** Pure: nothing but these are in force, and nothing is on its way. */
export function areInForce(groups: readonly Group[], ids: readonly string[]): boolean {
  const active = groups.filter(({ status }) => status === 'active').map(({ id }) => id);
  return groups.length === active.length && active.toSorted().join() === ids.toSorted().join();
}

/**
 * Pure: can it be closed to clients, and be read back that it is? A security group lets what was connected before go on.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export function quarantineOutlook(
  target: string,
  { member, status, groups }: { member: string; status: string; groups: readonly Group[] },
  quarantine: string | undefined,
): FenceOutlook {
  const risk = `if ${member} comes back, two servers take writes`;
  if (quarantine === undefined) {
    const what = `set targets.${target}.quarantine to a security group without rules`;
    return { certain: false, sentence: `Nothing keeps clients away from ${member} (${what}): ${risk}.` };
  }
  if (areInForce(groups, [quarantine]))
    return { certain: true, sentence: `${member} is in the security group ${quarantine} alone, which lets nobody in.` };
  if (status !== 'available') {
    const why = `AWS changes security groups of what is available, and ${member} is ${status}`;
    return { certain: false, sentence: `${why}; whether ${quarantine} comes into force is open: ${risk}.` };
  }
  return {
    certain: true,
    sentence: `${member} is put into the security group ${quarantine} alone, and nothing is promoted before AWS shows that it is in force. It lets nobody in; a connection from before may go on until it ends.`,
  };
}
