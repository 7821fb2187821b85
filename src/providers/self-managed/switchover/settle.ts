import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { closeClients } from './close-clients.ts';
import { isHeld, readHeldSettings, restoreSettings, writeHold } from './held-settings.ts';
import { ourRoles } from './look.ts';
import { forkOf } from './proof.ts';
import { rolledBack, switched } from './report.ts';
import { endLeftSessions, holdSession, type Ask, type HeldSession, type Place } from './sessions.ts';
import { whatNow, type Seen } from './what-now.ts';
import { settingsBefore, standingOf } from './world.ts';

const STATEMENT_SECONDS = 10;

/** A promotion that was ordered shows within milliseconds where everything is replayed; the receiver ends first. */
const PROMOTION_PATIENCE_MS = 3000;
const CLOSE_PATIENCE_MS = 2000;

/**
 * What became of a switchover whose end nobody saw. First the sessions that it has left are ended, so that nothing of it can
 * happen any more; then the servers are asked, and it is finished where it was promoted, else taken back. Repeatable.
 */
export async function settle(place: Place, order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'> {
  const [old, next] = await Promise.all([reach(place, order.from), reach(place, order.to)]);
  try {
    const quiet = await Promise.all([old, next].map((one) => one === undefined || endLeftSessions(one.ask)));
    if (quiet.includes(false)) return 'unknown';
    const seen = await see(old?.ask, next?.ask);
    switch (whatNow(order, seen)) {
      case 'finish':
        return await finish(place, order, old?.ask, next?.ask);
      case 'take back':
        return old ? await takeBack(old.ask, order) : 'unknown';
      case 'a person':
        return person(order);
      default:
        return 'unknown';
    }
  } finally {
    await Promise.all([old?.close(), next?.close()]);
  }
}

async function reach(place: Place, member: string): Promise<HeldSession | undefined> {
  try {
    return await holdSession(place, member, STATEMENT_SECONDS);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'target_unreachable') return undefined;
    throw thrown;
  }
}

async function see(old: Ask | undefined, next: Ask | undefined): Promise<Seen> {
  const from = old ? { ...(await standingOf(old)), held: isHeld(await readHeldSettings(old)) } : undefined;
  if (!next) return { from, to: undefined };
  let to = await standingOf(next);
  // Only where the hold is written down can a promotion have been ordered.
  const mayCome = from?.held !== false;
  for (
    const untilMs = performance.now() + PROMOTION_PATIENCE_MS;
    mayCome && to.inRecovery && performance.now() < untilMs;
  ) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    await sleep(50);
    // oxlint-disable-next-line no-await-in-loop -- the same
    to = await standingOf(next);
  }
  return { from, to };
}

async function takeBack(ask: Ask, order: SwitchoverOrder): Promise<SwitchoverResult> {
  await restoreSettings(ask, settingsBefore(order));
  return rolledBack([], `the run ended before ${order.to} was promoted.`, [
    `The settings of ${order.from} are as before.`,
  ]);
}

async function finish(
  place: Place,
  order: SwitchoverOrder,
  old: Ask | undefined,
  next: Ask | undefined,
): Promise<SwitchoverResult | 'unknown'> {
  if (!next) return 'unknown';
  const former = old && !(await standingOf(old)).inRecovery;
  if (old && former) {
    const since = await writeHold(old);
    await closeClients(old, ourRoles(place.spec), since, performance.now() + CLOSE_PATIENCE_MS);
  }
  const { timeline } = await standingOf(next);
  const others = place.spec.members.map(({ name }) => name).filter((name) => name !== order.from && name !== order.to);
  const result = switched(
    order,
    { timeline, forkLsn: await forkOf(next), former: undefined },
    { phases: [], writeGapMilliseconds: null, others },
  );
  return result;
}

function person({ from, to }: SwitchoverOrder): SwitchoverResult {
  const why = `${from} and ${to} are not where a switchover could have left them; nothing was changed.`;
  return { ended: 'needs-a-human', why, phases: [], writeGapMilliseconds: null, evidence: [], left: [] };
}
