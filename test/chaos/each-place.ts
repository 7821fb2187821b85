import { every, firstPlace } from './rounds.ts';

export const moments = ['before', 'after'] as const;

/** How a round ended; `over` where it was not killed, because it had ended before it came to that place. */
export type RoundEnd = { ended: string } | { over: unknown };

/** Kills at one place after the other, until one is not reached any more: then what was not killed has to have ended as it should. */
export async function atEachPlace(
  kind: string,
  round: (nth: number) => Promise<RoundEnd>,
): Promise<{ over: unknown; places: number }> {
  const ends: { [ended: string]: number } = {};
  for (let nth = firstPlace, places = 0; ; nth += every, places += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one process after the other
    const end = await round(nth);
    if ('over' in end) {
      const which = every === 1 ? 'each place' : `every place of ${every}, from the ${firstPlace}.`;
      process.stderr.write(`${kind}, at ${which}, ${places} in all: ${JSON.stringify(ends)}\n`);
      return { over: end.over, places };
    }
    ends[end.ended] = (ends[end.ended] ?? 0) + 1;
  }
}
