import { durationText } from '../../checks/wording.ts';
import type { DeathSign } from '../../targets/failover.ts';
import type { Heard } from '../redis-heard.ts';
import type { Link } from './link.ts';

/**
 * A link on which nothing came for longer is as good as lost. A primary pings its replicas every 10 s as it comes
 * (`repl-ping-replica-period`); the replica itself gives up only after `repl-timeout`, a minute.
 */
export const QUIET_SECONDS_MOST = 15;

/** Pure: what this room saw when it called the primary anew. */
export function roomSign({ says, sentence }: Heard): DeathSign {
  return { from: 'nightshift', says: says === 'answer' ? 'alive' : says === 'silence' ? 'dead' : 'unknown', sentence };
}

/** Pure: what a replica can say of the primary at an address. */
export function replicaSign(name: string, link: Link, { name: primary, address }: Primary): DeathSign {
  const sign = (says: DeathSign['says'], seen: string): DeathSign => ({
    from: name,
    says,
    sentence: `it ${seen}`,
  });
  if (link.follows !== address) return sign('unknown', `follows ${link.follows}, and can say nothing of ${primary}.`);
  if (link.state === 'down' && link.downSeconds === null)
    return sign('unknown', `has had no link to ${primary} since it was started.`);
  if (link.state === 'down')
    return sign('dead', `lost its link to ${primary} ${durationText(link.downSeconds ?? 0)} ago, and gets none.`);
  if (link.quietSeconds === null) return sign('unknown', `does not say when it last heard ${primary}.`);
  const heard = `heard ${primary} ${durationText(link.quietSeconds)} ago`;
  if (link.quietSeconds <= QUIET_SECONDS_MOST) return sign('alive', `${heard}.`);
  return sign('dead', `${heard} for the last time, more than the ${QUIET_SECONDS_MOST} s within which it is pinged.`);
}

/** A primary that may be dead, and where its replicas look for it. */
export type Primary = { name: string; address: string };

/**
 * Pure: why a primary is not to be taken for dead, in one sentence; undefined where it is: nobody says alive, and this room and the one
 * that is to take its place both say dead.
 */
export function whyNotDead(signs: readonly DeathSign[], to: string): string | undefined {
  const alive = signs.find(({ says }) => says === 'alive');
  if (alive) return signText(alive);
  const witness = ['nightshift', to].find((from) => !signs.some((sign) => sign.from === from && sign.says === 'dead'));
  if (witness === undefined) return undefined;
  const own = signs.find(({ from }) => from === witness);
  return own ? signText(own) : `${witness} says nothing of the primary.`;
}

/** Pure: who says it, and what was seen. */
export function signText({ from, sentence }: DeathSign): string {
  return `${from === 'nightshift' ? 'Seen from here' : from}: ${sentence}`;
}
