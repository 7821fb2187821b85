import { durationText } from '../../checks/wording.ts';
import type { RunContext, Steps } from '../../core/operation.ts';
import type { FailoverLook } from '../../targets/failover.ts';
import { whyOther } from '../switchover/why-not.ts';
import { signText, whyNotDead } from './dead.ts';
import { secondsBetween } from './outage.ts';

/** What was seen, and when (ISO). */
export type Look = { at: string; look: FailoverLook };

const LOOK_EVERY_SECONDS = 10;

/** So much longer than the least outage it is watched where it is dead only now and then. */
const PATIENCE_SECONDS = 120;

/**
 * Watches a primary until it was dead for so long without a break, by the times of the looks, which a replay
 * hears again. One who sees it alive ends it; a look in which nobody can say begins the count anew,
 * and so does one that finds something else to promote: a standby that has received more was written to by somebody.
 */
export async function watchOutage(
  context: Pick<RunContext<Steps>, 'progress' | 'sleep'>,
  begin: Look,
  leastSeconds: number,
  ask: () => Promise<Look | { refused: string }>,
): Promise<{ first: Look; last: Look } | { refused: string }> {
  let first = deadFrom(begin);
  let last = begin;
  for (let round = 1; ; round += 1) {
    const dead = first ? secondsBetween(first.at, last.at) : 0;
    if (first && dead >= leastSeconds) return { first, last };
    if (isTooLong(begin, last, leastSeconds)) return { refused: unsteady(last, leastSeconds) };
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await context.progress(
      `Watch whether ${last.look.primary} stays dead`,
      'in_progress',
      howFar(dead, leastSeconds, last.look),
    );
    // oxlint-disable-next-line no-await-in-loop -- the same
    await context.sleep(`watch ${round}`, Math.max(1, Math.min(LOOK_EVERY_SECONDS, Math.ceil(leastSeconds - dead))));
    // oxlint-disable-next-line no-await-in-loop -- the same
    const next = await ask();
    if ('refused' in next) return next;
    const why = whyNotDead(next.look);
    if (why && 'alive' in why) return { refused: why.alive };
    first = why ? undefined : deadSince(first, last, next);
    last = next;
  }
}

function deadFrom(look: Look): Look | undefined {
  return whyNotDead(look.look) ? undefined : look;
}

function isTooLong(begin: Look, last: Look, leastSeconds: number): boolean {
  const patienceSeconds = begin.look.own?.patienceSeconds ?? PATIENCE_SECONDS;
  return secondsBetween(begin.at, last.at) > leastSeconds + patienceSeconds;
}

function howFar(deadSeconds: number, leastSeconds: number, { own }: FailoverLook): string {
  return [`dead for ${Math.floor(deadSeconds)} of ${leastSeconds} s`, own?.doing].filter(Boolean).join('. ');
}

/** How far the candidate is belongs to the identity. */
function deadSince(first: Look | undefined, last: Look, next: Look): Look | undefined {
  if (next.look.primary !== last.look.primary) return undefined;
  return whyOther(last.look.identity, next.look.identity) === undefined ? (first ?? next) : next;
}

function unsteady({ look }: Look, leastSeconds: number): string {
  const why = whyNotDead(look);
  const now = why && 'unproven' in why ? why.unproven : undefined;
  const time = durationText(leastSeconds);
  const { doing, onlyItself } = look.own ?? {};
  if (onlyItself !== undefined)
    return [`${look.primary} was watched for ${time}. ${look.signs.map(signText).join(' ')}`, doing, onlyItself]
      .filter(Boolean)
      .join(' ');
  const unsure = `${look.primary} was not dead for ${time} without a break: nobody can be sure of it.`;
  return [unsure, now, doing].filter(Boolean).join(' ');
}
