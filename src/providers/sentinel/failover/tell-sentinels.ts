import { setTimeout as sleep } from 'node:timers/promises';
import { listText } from '../../../checks/wording.ts';
import type { RedisMember, RedisTarget } from '../../../targets/redis.ts';
import type { Followed } from '../../redis-failover/follow.ts';
import type { Work } from '../../redis-failover/work.ts';
import { attempt, type Attempt } from '../../redis-switchover/attempt.ts';
import { takeConnection } from '../../redis-switchover/hold.ts';
import { majorityOf } from '../switchover/prechecks.ts';
import { watchOf, type Watch } from './watched.ts';

const REACHED_MS = 3000;
const LOOK_EVERY_MS = 100;

type Sentinels = NonNullable<RedisTarget['sentinels']>;

/** Makes the Sentinels that answer watch the new primary, one after the other; those that are away are named. Repeatable. */
export async function tellSentinels({ order, toAddress }: Work, sentinels: Sentinels): Promise<Followed> {
  const { members, expected, masterName } = sentinels;
  const watches = await Promise.all(members.map((one) => watchOf(one, masterName)));
  const model = watches.find((one) => one !== undefined && one !== null) ?? undefined;
  const told: Followed[] = [];
  for (const [at, sentinel] of members.entries()) {
    told.push(await tell(sentinel, { ...toAddress, to: order.to, masterName, expected }, watches[at], model));
  }
  const away = expected.filter((name) => !members.some((one) => one.name === name));
  return {
    evidence: told.flatMap(({ evidence }) => evidence),
    left: [...awayWords(away, order, masterName), ...told.flatMap(({ left }) => left)],
  };
}

function awayWords(away: readonly string[], { from, to }: Work['order'], masterName: string): string[] {
  if (away.length === 0) return [];
  return [
    `${listText(away.toSorted())} must not meet ${from} again as they are: together they make ${to} follow it, and discard what ${to} took. Before they are started, take the lines of ${masterName} out of their configuration files, and let them watch ${to}.`,
  ];
}

type Wanted = { host: string; port: string; to: string; masterName: string; expected: readonly string[] };

/** `now`: how it watches; null where it watches nothing any more, because somebody died between taking away and giving. */
async function tell(
  sentinel: RedisMember,
  wanted: Wanted,
  now: Watch | null | undefined,
  model: Watch | undefined,
): Promise<Followed> {
  const { host, port, masterName } = wanted;
  const byHand = (why: string): Followed => ({
    evidence: [],
    left: [
      `${sentinel.name} was not told of ${wanted.to} (${why}): SENTINEL REMOVE ${masterName}, then SENTINEL MONITOR ${masterName} ${host} ${port} and its settings, there.`,
    ],
  });
  if (now === undefined) return byHand('it does not say how it watches');
  if (now?.address !== `${host}:${port}`) {
    await attempt(() => takeConnection(sentinel));
    const removed = now && (await attempt(() => sentinel.call('SENTINEL', 'REMOVE', masterName)));
    if (removed && !('done' in removed)) return byHand(whyOf(removed));
    const told = await monitor(sentinel, wanted, now ?? model);
    if (told !== undefined) return byHand(told);
  }
  return reached(sentinel, wanted, now);
}

/** Why it could not be told, or undefined. https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/#reconfiguring-sentinel-at-runtime */
async function monitor(
  sentinel: RedisMember,
  { host, port, masterName, expected }: Wanted,
  watch: Watch | undefined,
): Promise<string | undefined> {
  const quorum = watch?.quorum ?? String(majorityOf(expected));
  const told = await attempt(() => sentinel.call('SENTINEL', 'MONITOR', masterName, host, port, quorum));
  if (!('done' in told)) return whyOf(told);
  if (!watch) return undefined;
  const settings = [
    ['down-after-milliseconds', watch.downAfterMilliseconds],
    ['failover-timeout', watch.failoverTimeoutMilliseconds],
    ['parallel-syncs', watch.parallelSyncs],
  ].flat();
  const set = await attempt(() => sentinel.call('SENTINEL', 'SET', masterName, ...settings));
  return 'done' in set ? undefined : whyOf(set);
}

function whyOf(tried: Attempt<unknown>): string {
  return 'refused' in tried ? tried.refused : 'unknown' in tried ? tried.unknown : '';
}

/** Looks whether it gets an answer from the new primary: it does not where that wants a password, which no Sentinel shows. */
async function reached(sentinel: RedisMember, { to, masterName }: Wanted, before: Watch | null): Promise<Followed> {
  const scripts = before?.hasScripts
    ? [`${sentinel.name} called scripts at a failover: put them into its file again.`]
    : [];
  const settings =
    before === null
      ? [`${sentinel.name} had lost its settings of ${masterName}: compare them with the other Sentinels.`]
      : [];
  for (const untilMs = performance.now() + REACHED_MS; performance.now() < untilMs; await sleep(LOOK_EVERY_MS)) {
    const now = await watchOf(sentinel, masterName);
    if (now && now.runId !== '')
      return { evidence: [`${sentinel.name} watches ${to}.`], left: [...scripts, ...settings] };
  }
  return {
    evidence: [`${sentinel.name} sends clients to ${to}.`],
    left: [
      `${sentinel.name} cannot log in to ${to}: SENTINEL SET ${masterName} auth-pass (and auth-user, where it had one) there. No Sentinel shows the old ones.`,
      ...scripts,
      ...settings,
    ],
  };
}
