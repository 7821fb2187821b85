import { createHash } from 'node:crypto';
import type { TargetSpec } from '../../../targets/spec.ts';
import type { NamedLogin } from './roles.ts';

/** Pure: who has to be able to come into a copy, as the config names them. */
export function loginsOf({ members }: Pick<TargetSpec, 'members'>): NamedLogin[] {
  const all = members.flatMap(({ credentials }) =>
    (['read', 'act', 'copy', 'canary'] as const).flatMap((room) => {
      const user = credentials[room]?.user;
      return user === undefined ? [] : [{ user, for: room }];
    }),
  );
  return [...new Map(all.map((one) => [`${one.user} ${one.for}`, one])).values()];
}

/** Pure: the same name is always hidden as the same word. */
export function hiddenName(name: string): string {
  return `object-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
