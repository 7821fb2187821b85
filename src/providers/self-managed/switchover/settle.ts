import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { closeClients } from './close-clients.ts';
import { isHeld, readHeldSettings, restoreSettings, writeHold } from './held-settings.ts';
import { ourRoles } from './look.ts';
import { forkOf } from './proof.ts';
import { pointSiblings } from '../siblings/follow.ts';
import { maySiblingsFollow, rolledBack, switched, type Uncounted } from './report.ts';
import { APPLICATION, endLeftSessions, holdSession, type Ask, type HeldSession, type Place } from './sessions.ts';
import { wasNotTold, whatNow, type Seen } from './what-now.ts';
import { settingsBefore } from './identity.ts';
import { standingOf, type Standing } from './world.ts';
import { EMIT } from './write-hold.ts';

const STATEMENT_SECONDS = 10;

/** A promotion that was ordered shows within milliseconds where everything is replayed; the receiver ends first. */
const PROMOTION_PATIENCE_MS = 3000;
/** And so long it is looked for a moment in which all that was received is replayed. */
const REPLAY_PATIENCE_MS = 2000;
const CLOSE_PATIENCE_MS = 2000;

/**
 * What became of a switchover whose end nobody saw. First the sessions that it has left are ended, so that nothing of it can
 * happen any more; then the servers are asked, and it is finished where it was promoted, else taken back. Repeatable.
 */
export async function settle(place: Place, order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'> {
  const [old, next] = await Promise.all([reach(place, order.from), reach(place, order.to)]);
  try {
    const quiet = await Promise.all([old, next].map(async (one) => one === undefined || endLeftSessions(one.ask)));
    if (quiet.includes(false)) return 'unknown';
    const seen = await see(old?.ask, next?.ask);
    switch (whatNow(order, seen)) {
      case 'finish':
        return next ? await finish(place, order, { old: old?.ask, next: next.ask }) : 'unknown';
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
  // Only where the hold is written down can a promotion have been ordered.
  return { from, to: from?.held === false ? await standingOf(next) : await untilPromoted(next) };
}

/** Where it stands once a promotion that was ordered has had its time. */
async function untilPromoted(next: Ask): Promise<Standing> {
  for (const untilMs = performance.now() + PROMOTION_PATIENCE_MS; ;) {
    const lateMs = performance.now() - untilMs;
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const to = await standingOf(next);
    if (!to.inRecovery || lateMs > REPLAY_PATIENCE_MS || (lateMs > 0 && wasNotTold(to))) return to;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(50);
  }
}

/** Where the file holds nothing any more a reload is all: what somebody has set there since is his. */
async function takeBack(ask: Ask, order: SwitchoverOrder): Promise<SwitchoverResult> {
  await restoreSettings(ask, settingsBefore(order));
  return rolledBack([], `the run ended before ${order.to} was promoted.`, [
    `No hold is left in the settings of ${order.from}, and it has read them again.`,
  ]);
}

type Asks = { old: Ask | undefined; next: Ask };

async function finish(place: Place, order: SwitchoverOrder, { old, next }: Asks): Promise<SwitchoverResult> {
  const { spec } = place;
  const former: Uncounted = old ? await close(old, ourRoles(spec)) : 'silent';
  const { timeline } = await standingOf(next);
  const others = spec.members.map(({ name }) => name).filter((name) => name !== order.from && name !== order.to);
  const proof = { timeline, forkLsn: await forkOf(next), wrote: await writes(next), former };
  const siblings = maySiblingsFollow(proof)
    ? await pointSiblings(place, others, { to: order.to, ...proof, ask: next }, APPLICATION)
    : [];
  return switched(order, proof, { phases: [], writeGapMilliseconds: null, others, siblings });
}

/** Does it acknowledge a commit? */
async function writes(next: Ask): Promise<boolean> {
  try {
    await next(EMIT);
    return true;
  } catch {
    return false;
  }
}

/** The old primary holds already; what may be missing is that it was told so for good, and that its clients were ended. */
async function close(old: Ask, roles: readonly string[]): Promise<'closed' | 'follows'> {
  if ((await standingOf(old)).inRecovery) return 'follows';
  const since = await writeHold(old);
  await closeClients(old, roles, since, performance.now() + CLOSE_PATIENCE_MS);
  return 'closed';
}

function person({ from, to }: SwitchoverOrder): SwitchoverResult {
  const why = `${from} and ${to} are not where a switchover could have left them; nothing was changed.`;
  return {
    ended: 'needs-a-human',
    why,
    lost: 'unknown',
    phases: [],
    writeGapMilliseconds: null,
    evidence: [],
    left: [],
  };
}
