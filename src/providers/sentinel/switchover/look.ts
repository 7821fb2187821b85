import { listText } from '../../../checks/wording.ts';
import type { RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { SwitchoverCandidate, SwitchoverIdentity, SwitchoverLook } from '../../../targets/switchover.ts';
import { runIds, whyUnfit } from '../../redis-switchover/fitness.ts';
import { holdable, primaryPrechecks } from '../../redis-switchover/prechecks.ts';
import { factsOf, silentCandidate, standingsOf, whoIsSilent, type Silent } from '../../redis-switchover/group.ts';
import { behindBytes, type Standing } from '../../redis-switchover/standing.ts';
import { isAt, sentinelPrechecks } from './prechecks.ts';
import { addressOf, choosable, viewsOf, type SentinelView } from './sentinel-view.ts';
import { addressName } from './work.ts';
import { runbook } from './runbook.ts';

/** All that is looked at before the writes of a group are moved. */
export type Seen = {
  masterName: string;
  /** Names of the Sentinels of the config. */
  expected: readonly string[];
  standings: readonly Standing[];
  silent: readonly Silent[];
  views: readonly SentinelView[];
};

/** Asks everybody, side by side. */
export async function lookAround(target: RedisTarget): Promise<Seen | { refused: string }> {
  const { sentinels, members, unreached } = target;
  if (!sentinels) return { refused: `${target.name} names no Sentinels: give it masterName and its Sentinels.` };
  const [asked, views] = await Promise.all([
    standingsOf(members, unreached),
    viewsOf(sentinels.members, sentinels.masterName),
  ]);
  return {
    masterName: sentinels.masterName,
    expected: sentinels.expected,
    ...asked,
    views,
  };
}

/** Pure: who takes the writes, who could, and what a switchover would do. */
export function lookOf(seen: Seen): SwitchoverLook | { refused: string } {
  const { standings, views, silent } = seen;
  const primaries = standings.filter(({ role }) => role === 'primary');
  const [primary] = primaries;
  if (primary === undefined) return { refused: `no server that answers takes writes${whoIsSilent(silent)}.` };
  if (primaries.length > 1)
    return { refused: `${listText(primaries.map(({ name }) => name))} both take writes: end that first, by hand.` };
  const others = standings.filter(({ role }) => role === 'replica');
  return {
    primary: primary.name,
    identity: { ...runIds([primary, ...others]), ...addressesOf(primary, others, views) },
    candidates: candidatesOf(primary, others, seen),
    prechecks: [...sentinelPrechecks(seen, primary), holdable(primary), ...primaryPrechecks(primary)],
    ...planWords(runbook),
    holdSecondsMost: holdSecondsMost(views),
    facts: factsOf(primary),
  };
}

/**
 * Pure: how long writes may wait before the order is given. A Sentinel publishes to the primary, which waits like a write, and its
 * pings behind that: held for longer than `down-after-milliseconds`, the primary looks dead, and they would fail over by themselves.
 */
export function holdSecondsMost(views: readonly Pick<SentinelView, 'downAfterMilliseconds'>[]): number {
  return Math.min(...views.map(({ downAfterMilliseconds }) => downAfterMilliseconds)) / 2000;
}

/** As the Sentinels write them: under these addresses they, the servers and the clients find each other. */
function addressesOf(
  primary: Standing,
  others: readonly Standing[],
  [view]: readonly SentinelView[],
): SwitchoverIdentity {
  if (!view) return {};
  const replicas = others.flatMap(({ name, runId }) => {
    const found = view.replicas.find((one) => one.runId === runId);
    return found ? [[addressName(name), addressOf(found)] as const] : [];
  });
  const own = isAt(primary, view.master, others) ? { [addressName(primary.name)]: addressOf(view.master) } : {};
  return { ...own, ...Object.fromEntries(replicas), 'epoch of the Sentinels': view.configEpoch };
}

function candidatesOf(primary: Standing, others: readonly Standing[], seen: Seen): SwitchoverCandidate[] {
  const asked = others.map((one): SwitchoverCandidate & { priority: number } => ({
    member: one.name,
    unfit: whyUnfit(primary, one) ?? whyNotChosen(one, seen) ?? null,
    lagBytes: behindBytes(primary, one),
    priority: one.priority,
  }));
  return [
    ...asked
      .toSorted((one, other) => one.priority - other.priority || (one.lagBytes ?? 0) - (other.lagBytes ?? 0))
      .map(({ member, unfit, lagBytes }) => ({ member, unfit, lagBytes })),
    ...seen.silent.map(silentCandidate),
  ];
}

/** The Sentinel chooses, not we: only the one that it must choose is offered. */
function whyNotChosen({ name, runId }: Standing, { views, standings }: Seen): string | undefined {
  for (const view of views) {
    const own = choosable(view).find((one) => one.runId === runId);
    if (own === undefined)
      return `${view.name} does not see it as one that it could promote; it asks the servers every 10 s: ask again then.`;
    const rivals = choosable(view).filter((one) => one.runId !== runId && one.priority <= own.priority);
    if (rivals.length > 0) {
      const names = rivals.map((one) => standings.find((known) => known.runId === one.runId)?.name ?? one.host);
      return `the Sentinels could take ${listText(names)} as well, whose replica-priority is not above its own ${own.priority}. To decide for ${name}: CONFIG SET replica-priority ${Math.max(1, Math.min(...rivals.map(({ priority }) => priority)) - 1)} there, wait 10 s, and ask again.`;
    }
  }
  return undefined;
}
