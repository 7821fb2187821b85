import type { Before } from '../../core/check.ts';

/** Counters of the server as they stood at one look, with the time of their last reset. */
export type Counters = { resetAt: string | null };

/** How much each named counter grew since the earlier look. */
export type Growth<K extends string> = { readonly [name in K]: number } & { seconds: number };

/** The longest time between two looks whose difference still tells of the present: a week. */
const LONGEST_SECONDS = 7 * 86_400;

/**
 * Pure: the growth of some counters between two looks; undefined where there is nothing to compare, or where they were reset
 * in between: by pg_stat_reset (another time of reset), or by a crash or a failover (a counter that went backwards).
 */
export function growthOf<K extends string>(
  now: Counters & { readonly [name in K]: number },
  before: (Counters & { readonly [name in K]: number }) | undefined,
  secondsAgo: number,
  names: readonly K[],
): Growth<K> | undefined {
  if (!before || secondsAgo <= 0 || secondsAgo > LONGEST_SECONDS || now.resetAt !== before.resetAt) return undefined;
  const grown = names.map((name) => [name, now[name] - before[name]] as const);
  if (grown.some(([, growth]) => growth < 0)) return undefined;
  return { ...(Object.fromEntries(grown) as { [name in K]: number }), seconds: secondsAgo };
}

/** Growth of the counters of each object (a database, a replica) that was there at both looks and was not reset. */
export function growthByName<
  K extends string,
  C extends Counters & { name: string } & { readonly [name in K]: number },
>(now: readonly C[], before: Before<readonly C[]> | undefined, names: readonly K[]): { one: C; grown: Growth<K> }[] {
  if (!before) return [];
  const earlier = new Map(before.samples.map((one) => [one.name, one]));
  return now.flatMap((one) => {
    const grown = growthOf(one, earlier.get(one.name), before.secondsAgo, names);
    return grown ? [{ one, grown }] : [];
  });
}

/** A count over some seconds as a rate an hour. */
export function perHour(count: number, seconds: number): number {
  return (count / seconds) * 3600;
}
