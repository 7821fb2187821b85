import { setTimeout as sleep } from 'node:timers/promises';
import { countText } from '../../../checks/wording.ts';
import { asFault, Fault } from '../../../core/errors.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { closeClients } from './close-clients.ts';
import { HOLD_NAME, readHeldSettings, reload, restoreSettings, writeHold, writeSetting } from './held-settings.ts';
import { openHands, prepare, type Hands } from './hands.ts';
import { ourRoles } from './look.ts';
import { beyond, flushedLsn, forkOf, markOf, type Mark } from './proof.ts';
import { promote } from './promote.ts';
import { pointSiblings } from '../siblings/follow.ts';
import { maySiblingsFollow, rolledBack, switched, type Former } from './report.ts';
import { APPLICATION, type Place } from './sessions.ts';
import { settingsBefore } from './identity.ts';
import { standingOf, startStopwatch, type PhaseName, type Stopwatch } from './world.ts';
import { EMIT, startWitness, type Witness } from './write-hold.ts';

/** Why it is given up before the point of no return; everything is taken back then. */
class GiveUp extends Error {}

/** How long the old primary waits beyond the deadline before it lets go by itself. */
const GUARD_GRACE_SECONDS = 1;

/** Clients that went on connecting to the old primary are ended once more, so that they look for the new one. */
const CLOSE_PATIENCE_MS = 1000;

type Work = Place & { order: SwitchoverOrder; hands: Hands; clock: Stopwatch; untilMs: number; heldAtMs: number };

/**
 * Moves the writes once. Until the promotion whatever goes wrong, or takes longer than the deadline, is taken back: commits that
 * waited are acknowledged then, where they are. Throws a Fault before anything was done, or where nobody knows what became of it.
 */
export async function carryOut(
  place: Place,
  order: SwitchoverOrder,
  watch: (phase: PhaseName) => Promise<void>,
): Promise<SwitchoverResult> {
  const clock = startStopwatch(watch);
  await clock.begin('Get ready');
  const hands = await openHands(place, order);
  try {
    const changed = await prepare(hands, order, GUARD_GRACE_SECONDS);
    if (changed !== undefined) return rolledBack(clock.phases(), `${changed} Nothing was done.`, []);
    await clock.begin('Hold the writes');
    const heldAtMs = performance.now();
    return await move({ ...place, order, hands, clock, heldAtMs, untilMs: heldAtMs + order.deadlineSeconds * 1000 });
  } finally {
    await hands.close();
  }
}

async function move(work: Work): Promise<SwitchoverResult> {
  let before: Before;
  try {
    before = await holdAndDrain(work);
  } catch (thrown) {
    return takeBack(work, thrown);
  }
  return finish(work, before);
}

type Before = { witness: Witness; mark: Mark };

/** Everything up to the point of no return. */
async function holdAndDrain({ hands, order, clock, untilMs, ...place }: Work): Promise<Before> {
  const { control, candidate } = hands;
  await writeSetting(control.ask, 'synchronous_standby_names', HOLD_NAME);
  await reload(control.ask);
  const witness = await startWitness(hands.witness, control.ask, untilMs);
  if (!witness) throw new GiveUp(`${order.from} went on acknowledging commits.`);
  // In the file again as it was: the running hold ends with the next reload, which the guard makes if we are gone.
  await writeSetting(control.ask, 'synchronous_standby_names', settingsBefore(order).synchronous_standby_names);

  await clock.begin('Catch up');
  await caughtUp(candidate.ask, await flushedLsn(control.ask), untilMs, order);

  await clock.begin('Close the old primary');
  const readOnlySince = await writeHold(control.ask);
  const { left } = await closeClients(control.ask, ourRoles(place.spec), readOnlySince, untilMs);
  if (left > 0) throw new GiveUp(`${countText(left, 'client session')} on ${order.from} did not end.`);
  const mark = await markOf(control.ask);
  await caughtUp(candidate.ask, mark.lsn, untilMs, order);
  if (!(await witness.proves())) throw new GiveUp(`the hold on ${order.from} was undone by somebody else meanwhile.`);
  return { witness, mark };
}

const CAUGHT_UP = `select pg_last_wal_replay_lsn() >= $1::pg_lsn as "caughtUp"`;

async function caughtUp(ask: Hands['candidate']['ask'], lsn: string, untilMs: number, order: SwitchoverOrder) {
  while (performance.now() < untilMs) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [row] = await ask<{ caughtUp: boolean }>(CAUGHT_UP, [lsn]);
    if (row?.caughtUp) return;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(5);
  }
  throw new GiveUp(`${order.to} had not caught up after ${countText(order.deadlineSeconds, 'second')}.`);
}

/** From here on there is no way back: the candidate is told to take over. */
async function finish(work: Work, before: Before): Promise<SwitchoverResult> {
  const { hands, order, clock } = work;
  await clock.begin('Promote');
  try {
    if ((await promote(hands.candidate.ask, hands.promoteUntil)) === 'promoted') return await prove(work, before);
  } catch (thrown) {
    // Not even the order was given then; of everything else only the servers can tell.
    if (thrown instanceof Fault && thrown.code === 'permission_denied') return takeBack(work, thrown);
    throw new Fault('timed_out', `what became of the promotion of ${order.to} was not seen`, { cause: thrown });
  }
  return takeBack(work, new GiveUp(`the deadline of ${countText(order.deadlineSeconds, 'second')} had passed.`));
}

async function prove(work: Work, before: Before): Promise<SwitchoverResult> {
  const { hands, order, clock } = work;
  const { ask } = hands.candidate;
  // Writes are held from the reload on; the gap ends when a commit is acknowledged by the new primary.
  await ask(EMIT);
  const writeGapMilliseconds = Math.round(performance.now() - work.heldAtMs);
  await clock.begin('Prove');
  const { timeline } = await standingOf(ask);
  const proof = { timeline, forkLsn: await forkOf(ask), wrote: true, former: await formerOf(work, before) };
  const others = othersOf(work);
  const siblings = maySiblingsFollow(proof)
    ? await pointSiblings(work, others, { to: order.to, ...proof, ask }, APPLICATION)
    : [];
  return switched(order, proof, { phases: clock.phases(), writeGapMilliseconds, others, siblings });
}

/**
 * What the old primary did after the mark, where it still answers; without what was committed only because its session was ended
 * while its commit hung.
 */
async function formerOf({ hands: { control }, spec }: Work, { mark, witness }: Before): Promise<Former | 'silent'> {
  try {
    const [row] = await control.ask<{ now: string }>('select clock_timestamp()::text as now');
    const untilMs = performance.now() + CLOSE_PATIENCE_MS;
    const { hungXids } = await closeClients(control.ask, ourRoles(spec), row?.now ?? '', untilMs);
    return { ...(await beyond(control.ask, mark, hungXids)), witnessWaits: await witness.proves() };
  } catch {
    return 'silent';
  }
}

function othersOf({ spec, order: { from, to } }: Work): string[] {
  return spec.members.map(({ name }) => name).filter((name) => name !== from && name !== to);
}

/** Lets the writes through where they were. Throws a Fault `timed_out` where that could not be seen: whoever settles asks again. */
async function takeBack({ hands, order, clock }: Work, thrown: unknown): Promise<SwitchoverResult> {
  const why = thrown instanceof GiveUp ? thrown.message : `${asFault(thrown).message}.`;
  const before = settingsBefore(order);
  try {
    await restoreSettings(hands.control.ask, before);
    await hands.released();
    const now = await readHeldSettings(hands.control.ask);
    if (JSON.stringify(now) !== JSON.stringify(before)) throw new Error('the settings are not as before');
  } catch (cause) {
    throw new Fault('timed_out', `${why} Whether ${order.from} takes writes again could not be seen`, { cause });
  }
  return rolledBack(clock.phases(), why, [
    `The settings of ${order.from} are as before, and it acknowledged a commit.`,
  ]);
}
