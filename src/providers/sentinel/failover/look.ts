import { listText } from '../../../checks/wording.ts';
import type { DeathSign, FailoverLook } from '../../../targets/failover.ts';
import type { RedisTarget } from '../../../targets/redis.ts';
import { planWords } from '../../../targets/runbook.ts';
import type { MemberSpec } from '../../../targets/spec.ts';
import type { SwitchoverIdentity } from '../../../targets/switchover.ts';
import { addressName, lookOf, type Words } from '../../redis-failover/look.ts';
import { silentSeconds } from '../../redis-failover/link.ts';
import { primaryOf, rolesOf, type Roles } from '../../redis-failover/seen.ts';
import type { Primary } from '../../redis-failover/signs.ts';
import type { Hear } from '../../redis-failover/work.ts';
import { warns } from '../../redis-switchover/prechecks.ts';
import { addressOf, viewsOf, type SentinelView } from '../switchover/sentinel-view.ts';
import { whyItself, type Watchers } from './itself.ts';
import { runbook } from './runbook.ts';
import { sentinelsAt, watchOf } from './watched.ts';

/** Asks the servers and the Sentinels, and calls the primary anew. Where the Sentinels have a majority it is refused: they do it. */
export async function lookAround(
  target: RedisTarget,
  specs: readonly MemberSpec[],
  hear: Hear,
  wanted: string | undefined,
): Promise<FailoverLook | { refused: string }> {
  if (!target.sentinels) return { refused: `${target.name} names no Sentinels: give it masterName and its Sentinels.` };
  const [roles, watchers] = await Promise.all([rolesOf(target), watchersOf(target, target.sentinels)]);
  const primary = primaryOf(roles, specs);
  if ('refused' in primary) return primary;
  const heard = await hear(primary.name);
  const data = specs.filter(({ role }) => role !== 'sentinel');
  const fence = { certain: false, sentence: BACK_AGAIN };
  const look = lookOf({ roles, heard, fence, specs: data, wanted }, wordsFor(watchers));
  if ('refused' in look) return look;
  const itself = heard.says === 'answer' ? undefined : whyItself(watchers, primary.name, quietest(roles));
  if (itself !== undefined) return { refused: itself };
  return {
    ...look,
    identity: { ...look.identity, ...placesOf(roles, watchers.views) },
    signs: [...look.signs, ...watchers.views.map((view) => sentinelSign(view, primary))],
  };
}

async function watchersOf(
  { members }: RedisTarget,
  { masterName, expected, members: sentinels }: NonNullable<RedisTarget['sentinels']>,
): Promise<Watchers> {
  const replicas = members.filter(({ roleNow }) => roleNow === 'replica');
  const [views, watches, asking] = await Promise.all([
    viewsOf(sentinels, masterName),
    Promise.all(sentinels.map((one) => watchOf(one, masterName))),
    Promise.all(replicas.map(sentinelsAt)),
  ]);
  const known = asking.filter((one) => one !== undefined);
  return {
    masterName,
    expected,
    views,
    watches: watches.filter((one) => one !== undefined && one !== null),
    atReplicas: known.length === 0 ? null : new Set(known.flat()).size,
  };
}

function quietest({ replicas }: Roles): number {
  return Math.max(0, ...replicas.map(({ link }) => silentSeconds(link) ?? 0));
}

/** As the Sentinels write them, for what they are told has to be in their own words. */
function placesOf({ replicas }: Roles, [view]: readonly SentinelView[]): SwitchoverIdentity {
  const places = replicas.flatMap(({ standing: { name, runId } }) => {
    const found = view?.replicas.find((one) => one.runId === runId);
    return found ? [[addressName(name), addressOf(found)] as const] : [];
  });
  return Object.fromEntries(places);
}

/** Pure: what a Sentinel says of the primary that it watches. */
export function sentinelSign({ name, master }: SentinelView, primary: Primary): DeathSign {
  const sign = (says: DeathSign['says'], seen: string): DeathSign => ({
    from: name,
    says,
    sentence: `it ${seen}`,
  });
  if (addressOf(master) !== primary.address)
    return sign('unknown', `watches ${addressOf(master)}, and not ${primary.name}.`);
  if (master.flags.includes('o_down')) return sign('dead', `and its quorum say that ${primary.name} is down (o_down).`);
  if (master.flags.includes('s_down')) return sign('dead', `says that ${primary.name} is down (s_down).`);
  if (master.flags.includes('disconnected')) return sign('unknown', `has no connection to ${primary.name}.`);
  return sign('alive', `does not doubt ${primary.name}.`);
}

/** In the place of a fence. */
export const BACK_AGAIN =
  'Nothing keeps {from} and the Sentinels that are away from coming back as they were: then they make the new primary follow {from}, and discard what it took.';

function wordsFor({ expected, views }: Watchers): Words {
  const away = expected.filter((name) => !views.some((view) => view.name === name)).toSorted();
  return {
    prechecks: [
      warns(
        'Sentinels',
        `${views.length} of ${expected.length} Sentinels answer, no majority: they promote nobody. ${listText(away)} must not come back as they are: they bring back the old view, and discard what the new primary took.`,
      ),
    ],
    ...planWords(runbook),
  };
}
