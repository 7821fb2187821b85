import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase, SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import { forkOf } from '../switchover/proof.ts';
import type { Place } from '../switchover/sessions.ts';
import type { Standing } from '../switchover/world.ts';
import type { Names } from './names.ts';
import { reach, type Reach } from './reach.ts';
import { person, switched } from './report.ts';
import { lastCheckpointOf, shippedAll } from './shutdown-proof.ts';
import { standingIn } from './standing-in.ts';
import { memberOf, viewOf } from './view.ts';

/** `phases` is asked at the end, so that what it took to prove is counted. */
export type Course = {
  untilMs: number;
  names: Names;
  phases(): readonly Phase[];
  writeGapMilliseconds: number | null;
};

const LOOK_MS = 250;

/** The new server takes writes: waits until the old one follows, then reads what proves that nothing is missing. */
export async function prove(
  place: Place,
  next: Reach,
  order: SwitchoverOrder,
  course: Course,
): Promise<SwitchoverResult> {
  const old = reach(place, order.from);
  try {
    const standing = await standingIn(next);
    if (standing && standing.timeline !== Number(order.identity['timeline']) + 1)
      return person(timelineWords(order, standing), course.phases());
    const follows = await untilFollows(place, old, order, course);
    const forkLsn = standing ? await forkOf(async (sql) => (await next.ask(sql)) as never) : null;
    const shipped = shippedAll(order, forkLsn, await lastCheckpointOf(old));
    const { writeGapMilliseconds } = course;
    return switched(order, { forkLsn, shipped, follows }, { phases: course.phases(), writeGapMilliseconds });
  } finally {
    await old.close();
  }
}

function timelineWords({ to, identity }: SwitchoverOrder, { timeline }: Standing): string {
  return `${to} takes the writes on timeline ${timeline}, and not on the one after ${identity['timeline']}.`;
}

/** By Patroni and by the server itself. */
async function untilFollows(
  { spec }: Place,
  old: Reach,
  { from, to, identity }: SwitchoverOrder,
  course: Course,
): Promise<boolean> {
  const timeline = Number(identity['timeline']) + 1;
  while (performance.now() < course.untilMs) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const [view, standing] = await Promise.all([viewOf(spec, course.names), standingIn(old)]);
    const theirs = 'silent' in view ? undefined : memberOf(view, from);
    const isStandby = standing?.inRecovery === true && standing.receives && standing.timeline === timeline;
    if (isStandby && !('silent' in view) && view.leader === to && isUp(theirs?.state)) return true;
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(LOOK_MS);
  }
  return false;
}

function isUp(state: string | undefined): boolean {
  return state === 'running' || state === 'streaming';
}
