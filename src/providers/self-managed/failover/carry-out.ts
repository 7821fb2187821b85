import { asFault, Fault } from '../../../core/errors.ts';
import type { FailoverOrder, FailoverResult } from '../../../targets/failover.ts';
import { NOT_THERE, HOLD_NAME, readHeldSettings, restoreSettings } from '../switchover/held-settings.ts';
import { endLeftSessions, holdSession, type Ask, type HeldSession } from '../switchover/sessions.ts';
import { standingOf, startStopwatch, type Stopwatch } from '../switchover/world.ts';
import { promote, type Promotion } from './promote.ts';
import { proofOf } from './proof.ts';
import { siblingsAfter } from './siblings-after.ts';
import { failedOver, notDone, promotedByAnother, type OldPrimary } from './report.ts';
import { APPLICATION, type PhaseName, type Site } from './site.ts';
import { openAgain, type Closing } from './take-back.ts';
import { untilReplayed } from './until-replayed.ts';
import { whyNotStill } from './why-not-still.ts';

/** Why nothing is done after all; what was done before the promotion is taken back then. */
class GiveUp extends Error {}

/** Longer than any one statement of ours takes; a promotion is waited for by asking. */
const STATEMENT_SECONDS = 5;

type Work = { site: Site; order: FailoverOrder; next: HeldSession; clock: Stopwatch<PhaseName>; closing: Closing };

/**
 * Promotes the standby, once, if the primary is dead still. One connection is opened before anything is done and none later: who has
 * lost it promotes nothing any more. Throws a Fault where nobody knows what became of the promotion.
 */
export async function carryOut(
  site: Site,
  order: FailoverOrder,
  watch: (phase: PhaseName) => Promise<void>,
): Promise<FailoverResult> {
  const clock = startStopwatch(watch);
  await clock.begin('Look again');
  const next = await holdSession(site, order.to, STATEMENT_SECONDS, APPLICATION);
  try {
    return await failOver({ site, order, next, clock, closing: {} });
  } finally {
    await next.close();
  }
}

async function failOver(work: Work): Promise<FailoverResult> {
  let oldPrimary: OldPrimary;
  try {
    oldPrimary = await untilNoReturn(work);
  } catch (thrown) {
    return takeBack(work, thrown);
  }
  return finish(work, oldPrimary);
}

/** Everything up to the point of no return. */
async function untilNoReturn(work: Work): Promise<OldPrimary> {
  const { site, order, clock } = work;
  const { ask } = work.next;
  if (!(await endLeftSessions(ask, APPLICATION))) throw new GiveUp(`another failover is at work on ${order.to}.`);
  const changed = await whyNotStill(site, order, ask);
  if (changed !== undefined) throw new GiveUp(changed);
  await clock.begin('Replay');
  const late = await untilReplayed(ask);
  if (late !== undefined) throw new GiveUp(`${order.to} ${late}`);
  await letGoOfOldHold(ask);
  await clock.begin('Fence');
  return closeOld(work);
}

/** What a switchover left on a former primary would hold its writes as soon as it takes them again. The file is its own: nothing is replicated. */
async function letGoOfOldHold(ask: Ask): Promise<void> {
  const left = await readHeldSettings(ask);
  if (left.synchronous_standby_names !== HOLD_NAME) return;
  await restoreSettings(ask, { synchronous_standby_names: NOT_THERE, default_transaction_read_only: NOT_THERE });
}

/** Only a positive answer is a fence. How it stood before is kept: what somebody else has closed is not ours to open. */
async function closeOld({ site, order, closing }: Work): Promise<OldPrimary> {
  const { fence } = site.target;
  const { from, acceptsTwoWriters } = order;
  if (fence) closing.before = await fence.look();
  const state = await fence?.close();
  if (fence && state?.says === 'closed') return { says: 'fenced', sentence: `${fence.means}; ${state.sentence}` };
  const why = state?.sentence ?? 'nothing that the bot knows can keep clients away from it.';
  if (acceptsTwoWriters) return { says: 'unknown', sentence: `${from} is not fenced: ${why}` };
  throw new GiveUp(`${from} could not be fenced: ${why}`);
}

/** From here on there is no way back: the standby is told to take over. */
async function finish(work: Work, oldPrimary: OldPrimary): Promise<FailoverResult> {
  const { order, next, clock, site } = work;
  await clock.begin('Promote');
  let said: Promotion;
  try {
    said = await promote(next.ask, order);
  } catch (thrown) {
    // Not even the order was given then; of everything else only the servers can tell.
    if (thrown instanceof Fault && thrown.code === 'permission_denied') return takeBack(work, thrown);
    throw new Fault('timed_out', `what became of the promotion of ${order.to} was not seen`, { cause: thrown });
  }
  if (said !== 'promoted') return takeBack(work, new GiveUp(whyNotTold(order, said)));
  await clock.begin('Prove');
  const proof = await proofOf(site, order, next.ask);
  const siblings = await siblingsAfter(site, order, proof, next.ask);
  return failedOver(order, proof, { oldPrimary, phases: clock.phases(), siblings });
}

function whyNotTold({ from, to }: FailoverOrder, said: Exclude<Promotion, 'promoted'>): string {
  if (said === 'hears') return `${to} heard from a primary at the last moment: ${from} may be alive.`;
  if (said === 'has moved') return `${to} has not received what was approved any more: ${from} may be alive.`;
  return `${to} is no standby any more.`;
}

/** Lets clients to the old primary again where this run has kept them away, unless somebody has promoted the standby meanwhile. */
async function takeBack({ site, order, next, clock, closing }: Work, thrown: unknown): Promise<FailoverResult> {
  const { fence } = site.target;
  if (await isPrimary(next.ask)) return promotedByAnother(order, clock.phases(), closing.before && fence?.means);
  const why = thrown instanceof GiveUp ? thrown.message : `${asFault(thrown).message}.`;
  return notDone(order, why, clock.phases(), await openAgain(fence, closing, order.from));
}

/** One that does not answer any more was, as far as anybody knows, promoted by nobody. */
async function isPrimary(ask: Ask): Promise<boolean> {
  const standing = await standingOf(ask).catch(() => undefined);
  return standing?.inRecovery === false;
}
