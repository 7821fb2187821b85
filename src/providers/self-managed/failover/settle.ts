import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { FailoverOrder, FailoverResult } from '../../../targets/failover.ts';
import { endLeftSessions, holdSession, type Ask, type HeldSession } from '../switchover/sessions.ts';
import { standingOf, type Standing } from '../switchover/world.ts';
import { askStandby } from './ask-standby.ts';
import { othersOf, proofOf } from './proof.ts';
import { failedOver, notDone, type OldPrimary } from './report.ts';
import { siblingsAfter } from './siblings-after.ts';
import { APPLICATION, type Site } from './site.ts';
import { leftClosed } from './take-back.ts';
import { whatBecame, type Seen } from './what-became.ts';

const STATEMENT_SECONDS = 5;

/** A promotion that was ordered shows within moments where everything is replayed. */
const PROMOTION_PATIENCE_MS = 3000;

/**
 * What became of a failover whose end nobody saw. First its session is ended, so that it can promote nothing any more; then the
 * servers are asked: what was promoted is proved. A fence stays as it is, because nobody knows any more who has closed it. Repeatable.
 */
export async function settle(site: Site, order: FailoverOrder): Promise<FailoverResult | 'unknown'> {
  const next = await reach(site, order.to);
  if (!next) return 'unknown';
  try {
    if (!(await endLeftSessions(next.ask, APPLICATION))) return 'unknown';
    return await settled(site, order, next.ask);
  } finally {
    await next.close();
  }
}

async function settled(site: Site, order: FailoverOrder, ask: Ask): Promise<FailoverResult | 'unknown'> {
  const [to, ...others] = await Promise.all([
    untilPromoted(ask),
    ...othersOf(site, order).map((name) => standsAt(site, name)),
  ]);
  switch (whatBecame(order, { to, others })) {
    case 'failed over':
      return proved(site, order, ask);
    case 'not done':
      return notDone(
        order,
        `the run ended before ${order.to} was promoted.`,
        [],
        await leftClosed(site.target.fence, order),
      );
    case 'a person':
      return person(order);
    default:
      return 'unknown';
  }
}

async function proved(site: Site, order: FailoverOrder, ask: Ask): Promise<FailoverResult> {
  const proof = await proofOf(site, order, ask);
  const siblings = await siblingsAfter(site, order, proof, ask);
  return failedOver(order, proof, { oldPrimary: await fencedNow(site, order), phases: [], siblings });
}

async function reach(site: Site, member: string): Promise<HeldSession | undefined> {
  try {
    return await holdSession(site, member, STATEMENT_SECONDS, APPLICATION);
  } catch (thrown) {
    if (thrown instanceof Fault && ['target_unreachable', 'timed_out'].includes(thrown.code)) return undefined;
    throw thrown;
  }
}

async function standsAt(site: Site, member: string): Promise<Standing | undefined> {
  const session = await reach(site, member);
  return session && (await standingOf(session.ask).finally(() => void session.close()));
}

/** Where it stands once a promotion that was ordered has had its time. */
async function untilPromoted(ask: Ask): Promise<NonNullable<Seen['to']>> {
  for (const untilMs = performance.now() + PROMOTION_PATIENCE_MS; ;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const standing = await standingOf(ask);
    if (!standing.inRecovery) return { ...standing, idle: false };
    // oxlint-disable-next-line no-await-in-loop -- the same
    if (performance.now() > untilMs) return { ...standing, idle: (await askStandby(ask)).waits };
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(50);
  }
}

async function fencedNow({ target: { fence } }: Site, { from }: FailoverOrder): Promise<OldPrimary> {
  const state = await fence?.look();
  if (fence && state?.says === 'closed') return { says: 'fenced', sentence: `${fence.means}; ${state.sentence}` };
  return { says: 'unknown', sentence: `${from} is not known to be fenced${state ? `: ${state.sentence}` : '.'}` };
}

function person({ from, to }: FailoverOrder): FailoverResult {
  return {
    ended: 'needs-a-human',
    why: `the servers are not where a failover from ${from} to ${to} could have left them; nothing was changed.`,
    oldPrimary: 'unknown',
    loss: { exact: false, sentences: ['What was lost cannot be said yet.'] },
    phases: [],
    evidence: [],
    left: [],
  };
}
