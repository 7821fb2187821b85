import * as z from 'zod';
import { keys } from './keys.ts';
import { freshSeconds, isFresh, type SeenMembers } from './seen-members.ts';
import { expiresAfter, type StateTable } from './table.ts';

/** What Slack said of user groups, so that a process that has just started need not ask again. */
export type UserGroups = {
  /** Keeps an answer unless a younger one is kept. */
  keep(group: string, seen: SeenMembers): Promise<void>;
  /** The youngest answer, undefined when it is older than five minutes. */
  of(group: string): Promise<SeenMembers | undefined>;
};

const stored = z.object({ members: z.array(z.string()), askedAtMs: z.number() });

export function createUserGroups(table: StateTable): UserGroups {
  return {
    keep: (group, { members, askedAtMs }) =>
      table.decide(keys.userGroup(group), (item) => {
        const kept = stored.safeParse(item).data;
        if (kept !== undefined && kept.askedAtMs > askedAtMs) return { answer: undefined };
        const ttl = expiresAfter(() => askedAtMs, freshSeconds);
        return { answer: undefined, write: { members: [...members], askedAtMs, ttl } };
      }),
    of: async (group) => {
      const item = await table.get(keys.userGroup(group));
      if (item === undefined) return undefined;
      const seen = stored.parse(item);
      return isFresh(seen, table.now()) ? seen : undefined;
    },
  };
}
