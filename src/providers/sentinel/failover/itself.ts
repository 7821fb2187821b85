import type { SentinelView } from '../switchover/sentinel-view.ts';
import { majorityOf } from '../switchover/prechecks.ts';
import type { Watch } from './watched.ts';

/** What is known of the Sentinels of a group whose primary may be dead. */
export type Watchers = {
  masterName: string;
  expected: readonly string[];
  views: readonly SentinelView[];
  /** How they watch; of those that answer. */
  watches: readonly Watch[];
  /** How many ask the replicas now; null where no replica says. */
  atReplicas: number | null;
};

/** The time in which they vote, beside the one in which they suspect (`SENTINEL_ELECTION_TIMEOUT`). */
const ELECTION_SECONDS = 10;

/**
 * Pure: why the Sentinels are to be left to it, in one sentence; undefined where there is no majority of them. One that this room does
 * not reach may reach the others, so they are counted at the replicas too.
 */
export function whyItself(watchers: Watchers, primary: string, silentSeconds: number): string | undefined {
  const { expected, views, atReplicas, masterName } = watchers;
  if (atReplicas === null)
    return 'No replica says how many Sentinels watch it, so that nobody can say whether they do this by themselves.';
  const needed = majorityOf(expected);
  const agreed = views.filter(({ quorum }) => quorum.startsWith('OK')).length > 0;
  if (views.length < needed && atReplicas < needed && !agreed) return undefined;
  const down = views.filter(({ master }) => master.flags.includes('o_down') || master.flags.includes('s_down')).length;
  const seen = `${views.length} of ${expected.length} Sentinels answer, ${atReplicas} are seen at the replicas, ${down} say that ${primary} is down`;
  const left = Math.ceil(secondsOf(watchers) - silentSeconds);
  if (left > 0)
    return `The Sentinels do this by themselves (${seen}): it should be done within ${left} s. Ask again after that.`;
  return `The Sentinels do this by themselves, but are late (${seen}): look into their logs why, and at SENTINEL CKQUORUM ${masterName}; by hand: SENTINEL FAILOVER ${masterName} on one of them.`;
}

/** From the last sign of life to the end of a failover, at most. */
function secondsOf({ watches }: Watchers): number {
  const all = watches.map((one) => Number(one.downAfterMilliseconds) + Number(one.failoverTimeoutMilliseconds));
  return Math.max(0, ...all) / 1000 + ELECTION_SECONDS;
}
