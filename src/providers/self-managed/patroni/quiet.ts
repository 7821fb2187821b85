import type { Settings } from './answers.ts';
import type { Became } from './what-became.ts';

type Rounds = Pick<Settings, 'loop_wait'>;

/** The room is cut off after 45 s, and the last look needs some of them. */
const PATIENCE_MS = 30_000;
const MOST_PATIENCE_MS = 38_000;
/** The first look, and those in which somebody did not answer. */
const LOOKS_MS = 4000;
const MOST_QUIET_SECONDS = 28;

/**
 * Pure: for how long the old primary has to lead as before until nothing was begun, in milliseconds. A request lies in Patroni's store until
 * the leader's next round: two of them are waited for, and one where they are long.
 */
export function quietMsOf({ loop_wait: seconds }: Rounds): number {
  return Math.min(2 * seconds + 0.5, Math.max(seconds + 1, MOST_QUIET_SECONDS)) * 1000;
}

/** Pure: for how long the servers are asked what became of it, in milliseconds; without settings no Patroni answers. */
export function patienceMsOf(rounds: Rounds | undefined): number {
  const needed = rounds === undefined ? 0 : quietMsOf(rounds) + LOOKS_MS;
  return Math.min(Math.max(PATIENCE_MS, needed), MOST_PATIENCE_MS);
}

/** Pure: what is said after that; `long rounds`: it is as before, and Patroni's next round is further away than the room lives. */
export function afterPatience(became: Became, rounds: Rounds | undefined): 'unknown' | 'long rounds' {
  const isTooLong = rounds !== undefined && quietMsOf(rounds) + LOOKS_MS > MOST_PATIENCE_MS;
  return became === 'as before' && isTooLong ? 'long rounds' : 'unknown';
}
