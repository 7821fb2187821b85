import type { Credential } from '../targets/spec.ts';
import type { MemberEntry } from './schema.ts';
import { secretReference } from './secret-reference.ts';

/** A login, with the place where its password is kept. */
export function credential(entry: NonNullable<MemberEntry['credentials']['read']>): Credential {
  const password = entry.password === undefined ? undefined : secretReference(entry.password);
  return { ...(entry.user === undefined ? {} : { user: entry.user }), ...(password === undefined ? {} : { password }) };
}
