import type { SwitchoverOrder } from '../../../targets/switchover.ts';
import { holdSession, type HeldSession, type Place } from '../switchover/sessions.ts';
import { standingOf } from '../switchover/world.ts';
import { standingIn } from './standing-in.ts';
import { startedAt, startKey } from './identity.ts';
import type { Names } from './names.ts';
import { reach, type Reach } from './reach.ts';
import { viewOf, type View } from './view.ts';

/** What the work is done with. `theirs`: the two members, as Patroni calls them. */
export type Ready = {
  old: HeldSession;
  next: Reach;
  names: Names;
  theirs: { leader: string; candidate: string };
  close(): Promise<void>;
};

const STATEMENT_SECONDS = 5;

/** Looks once more at what was approved, on the connections that are used. A sentence where it is not so any more. */
export async function getReady(place: Place, order: SwitchoverOrder): Promise<Ready | { why: string }> {
  const view = await viewOf(place.spec);
  if ('silent' in view) return { why: `No Patroni answers (${view.silent}).` };
  const why = whyNotNow(order, view);
  if (why !== undefined) return { why };
  const [leader, candidate] = [view.names.get(order.from), view.names.get(order.to)];
  if (leader === undefined || candidate === undefined)
    return { why: `Patroni does not know ${order.from} or ${order.to}.` };
  const old = await holdSession(place, order.from, STATEMENT_SECONDS);
  const next = reach(place, order.to);
  const close = async () => void (await Promise.all([old.close(), next.close()]));
  try {
    const changed = await whyChanged(order, old, next);
    if (changed === undefined) return { old, next, names: view.names, theirs: { leader, candidate }, close };
    await close();
    return { why: changed };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Pure: what Patroni says that speaks against it. */
export function whyNotNow(
  { from, to }: SwitchoverOrder,
  { leader, cluster, statuses }: Pick<View, 'leader' | 'cluster' | 'statuses'>,
): string | undefined {
  if (leader !== from) return `Patroni says that ${leader ?? 'nobody'} leads, and not ${from}.`;
  if (cluster.pause) return 'Patroni was paused since the plan.';
  if (cluster.scheduled_switchover) return 'A switchover was scheduled in Patroni since the plan.';
  const status = statuses.get(to);
  if (!status || 'silent' in status)
    return `The Patroni beside ${to} is silent: ${status?.silent ?? 'it has no address'}.`;
  return undefined;
}

async function whyChanged(
  { from, to, identity }: SwitchoverOrder,
  old: HeldSession,
  next: Reach,
): Promise<string | undefined> {
  const [was, started, will] = await Promise.all([standingOf(old.ask), startedAt(old.ask), standingIn(next)]);
  if (!will) return `${to} does not answer any more.`;
  const same = [was, will].every(
    ({ systemIdentifier, timeline }) =>
      systemIdentifier === identity['system identifier'] && timeline === identity['timeline'],
  );
  if (was.inRecovery || !will.inRecovery || !same)
    return `${from} and ${to} are not the primary and the standby of the plan any more.`;
  if (started !== identity[startKey(from)]) return `${from} was started anew since the plan.`;
  return will.receives ? undefined : `${to} does not stream from ${from} any more.`;
}
