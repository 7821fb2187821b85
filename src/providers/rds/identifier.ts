import { isIP } from 'node:net';
import type { MemberSpec } from '../../targets/spec.ts';

/** `orders-db` of `orders-db.c1a2b3.eu-central-1.rds.amazonaws.com`; an address tells nothing, so that the member's own name counts. */
export function identifierOf({ identifier, host, name }: MemberSpec): string {
  return identifier ?? (isIP(host) === 0 ? (host.split('.')[0] ?? host) : name);
}
