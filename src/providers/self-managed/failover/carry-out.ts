import { asFault, Fault } from '../../../core/errors.ts';
import type { FailoverOrder, FailoverResult } from '../../../targets/failover.ts';
import { NOT_THERE, HOLD_NAME, readHeldSettings, restoreSettings } from '../switchover/held-settings.ts';
import { endLeftSessions, holdSession, type Ask, type HeldSession } from '../switchover/sessions.ts';
import { startStopwatch, type Stopwatch } from '../switchover/world.ts';
import { fenceWasOpen } from './identity.ts';
import { promote } from './promote.ts';
import { proofOf } from './proof.ts';
import { failedOver, notDone, type OldPrimary } from './report.ts';
import { APPLICATION, type PhaseName, type Site } from './site.ts';
import { untilReplayed } from './until-replayed.ts';
import { whyNotStill } from './why-not-still.ts';

/** Why nothing is done after all; what was done before the promotion is taken back then. */
class GiveUp extends Error {}

/** Longer than any one statement of ours takes; a promotion is waited for by asking. */
const STATEMENT_SECONDS = 5;

type Work = { site: Site; order: FailoverOrder; next: HeldSession; clock: Stopwatch<PhaseName> };

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
    return await failOver({ site, order, next, clock });
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
async function untilNoReturn({ site, order, next, clock }: Work): Promise<OldPrimary> {
  const { ask } = next;
  if (!(await endLeftSessions(ask, APPLICATION))) throw new GiveUp(`another failover is at work on ${order.to}.`);
  const changed = await whyNotStill(site, order, ask);
  if (changed !== undefined) throw new GiveUp(changed);
  await clock.begin('Replay');
  const late = await untilReplayed(ask);
  if (late !== undefined) throw new GiveUp(`${order.to} ${late}`);
  await letGoOfOldHold(ask);
  await clock.begin('Fence');
  return closeOld(site, order);
}

/** What a switchover left on a former primary would hold its writes as soon as it takes them again. The file is its own: nothing is replicated. */
async function letGoOfOldHold(ask: Ask): Promise<void> {
  const left = await readHeldSettings(ask);
  if (left.synchronous_standby_names !== HOLD_NAME) return;
  await restoreSettings(ask, { synchronous_standby_names: NOT_THERE, default_transaction_read_only: NOT_THERE });
}

/** Only a positive answer is a fence. */
async function closeOld({ target: { fence } }: Site, { from, acceptsTwoWriters }: FailoverOrder): Promise<OldPrimary> {
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
  let said: Awaited<ReturnType<typeof promote>>;
  try {
    said = await promote(next.ask, order);
  } catch (thrown) {
    // Not even the order was given then; of everything else only the servers can tell.
    if (thrown instanceof Fault && thrown.code === 'permission_denied') return takeBack(work, thrown);
    throw new Fault('timed_out', `what became of the promotion of ${order.to} was not seen`, { cause: thrown });
  }
  if (said === 'not any more')
    return takeBack(work, new GiveUp(`${order.to} heard from ${order.from} at the last moment.`));
  await clock.begin('Prove');
  const proof = await proofOf(site, order, next.ask);
  return failedOver(order, proof, { oldPrimary, phases: clock.phases() });
}

/** Lets clients to the old primary again where this run has kept them away. */
async function takeBack({ site, order, clock }: Work, thrown: unknown): Promise<FailoverResult> {
  const why = thrown instanceof GiveUp ? thrown.message : `${asFault(thrown).message}.`;
  return notDone(order, why, clock.phases(), await openAgain(site, order));
}

/** Pure of side effects where there is no fence, or it was closed before. What is left for a person, where it does not open. */
export async function openAgain({ target: { fence } }: Site, { from, identity }: FailoverOrder): Promise<string[]> {
  if (!fence || !fenceWasOpen(identity)) return [];
  const state = await fence.open();
  return state.says === 'open' ? [] : [`Let clients to ${from} again (${fence.means}): ${state.sentence}`];
}
