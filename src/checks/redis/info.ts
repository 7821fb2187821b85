import type { RedisMember, RedisTarget } from '../../targets/redis.ts';

/** What a check answers when no data member did. */
export const nobodyAnswered = { unreliable: 'no data member answered' } as const;
export const NO_PRIMARY = { unreliable: 'the primary did not answer' } as const;

/** A number of INFO, or undefined when the server does not say it. */
export function numberOf(info: Readonly<Record<string, string>>, field: string): number | undefined {
  const text = info[field];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Members with what they said, in the order of the config. */
export async function infoOfEach(
  target: RedisTarget,
  section: string,
): Promise<{ member: RedisMember; info: Record<string, string> }[]> {
  return Promise.all(target.members.map(async (member) => ({ member, info: await member.info(section) })));
}
