import type { PostgresMember } from '../../../targets/postgres.ts';
import { standingOf, type Standing } from '../switchover/world.ts';
import type { Site } from './site.ts';

/** A server of the target; without a standing it does not answer, for that reason. */
export type Seen = { member: string } & ({ standing: Standing; readOnly: boolean } | { silent: string });

/** Every server of the target, as it says itself. */
export async function standings({ target }: Site): Promise<Seen[]> {
  const answered = await Promise.all(target.members.map(seenOf));
  return [...answered, ...target.unreached.map(({ name, reason }) => ({ member: name, silent: reason }))];
}

async function seenOf({ name, query, readOnlyBy }: PostgresMember): Promise<Seen> {
  return { member: name, standing: await standingOf(query), readOnly: readOnlyBy === 'server' };
}

export type Writer = { member: string; standing: Standing };

/** Pure: the one server that takes the writes, or why nobody can be made to follow it. */
export function writerOf(seen: readonly Seen[]): Writer | { refused: string } {
  const writers = seen.flatMap((one) =>
    'standing' in one && !one.standing.inRecovery && !one.readOnly
      ? [{ member: one.member, standing: one.standing }]
      : [],
  );
  const [writer] = writers;
  if (!writer) return { refused: 'no server that answers takes the writes: there is nothing to follow' };
  if (writers.length === 1) return writer;
  const names = writers.map(({ member }) => member).join(' and ');
  return { refused: `two servers take writes: ${names}. Stop the wrong one first, on its host` };
}

/** Pure: whether a server is a standby that receives from the history of the writer. */
export function follows(one: Seen, { standing }: Writer): boolean {
  return (
    'standing' in one &&
    one.standing.inRecovery &&
    one.standing.receives &&
    one.standing.systemIdentifier === standing.systemIdentifier &&
    one.standing.timeline === standing.timeline
  );
}

/** Pure: how a server stands that does not follow. */
export function standsWords(one: Seen): string {
  if ('silent' in one) return `it does not answer: ${one.silent}.`;
  const { inRecovery, receives, timeline } = one.standing;
  if (!inRecovery) return `it was the primary, on timeline ${timeline}, and refuses writes.`;
  return receives
    ? `it is a standby on timeline ${timeline}, and receives from another server.`
    : `it is a standby on timeline ${timeline}, and receives from nobody.`;
}
