import type { DatabaseRoom } from '../core/room.ts';
import type { SecretReference } from '../core/secret.ts';
import type { LoginRole, MemberSpec } from './spec.ts';

/** One password that a room needs for a member, and where in the member's entry it stands. */
export type MemberPassword = { room: DatabaseRoom; at: string; password: SecretReference };

/** Pure: every password of a member, of its database logins and of whatever else a room asks there. */
export function passwordsOf({ credentials, patroni }: MemberSpec): MemberPassword[] {
  const logins = Object.entries(credentials).flatMap(([room, { password }]) =>
    password
      ? roomsOf(room as LoginRole).map((one) => ({ room: one, at: `credentials.${room}.password`, password }))
      : [],
  );
  const password = patroni?.login?.password;
  return [...logins, ...(password ? [{ room: 'act' as const, at: 'patroni.password', password }] : [])];
}

/** The canary is written by who watches, and by who moves the writes. */
function roomsOf(role: LoginRole): readonly DatabaseRoom[] {
  return role === 'canary' ? ['read', 'act'] : [role];
}
