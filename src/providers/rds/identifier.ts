import type { MemberSpec } from '../../targets/spec.ts';

/** `orders-db` of `orders-db.c1a2b3.eu-central-1.rds.amazonaws.com`. */
export function identifierOf({ identifier, host }: MemberSpec): string {
  return identifier ?? host.split('.')[0] ?? host;
}
