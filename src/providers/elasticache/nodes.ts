import type { MemberSpec, TargetSpec } from '../../targets/spec.ts';
import { replicationGroupOf } from './token.ts';

/** Pure: `shop-cache-001` of `shop-cache-001.abc.0001.euc1.cache.amazonaws.com`. */
export function nodeOf({ identifier, host }: MemberSpec): string {
  return (identifier ?? host.split('.')[0] ?? host).toLowerCase();
}

/** Pure: the replication group that the first member is a node of. */
export function groupNameOf({ name, members: [first] }: TargetSpec): string {
  return replicationGroupOf(first ? nodeOf(first) : name);
}
