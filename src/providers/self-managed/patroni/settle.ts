import { setTimeout as sleep } from 'node:timers/promises';
import type { SwitchoverOrder, SwitchoverResult } from '../../../targets/switchover.ts';
import type { Place } from '../switchover/sessions.ts';
import { prove } from './prove.ts';
import { afterPatience, patienceMsOf, quietMsOf } from './quiet.ts';
import { reach, type Reach } from './reach.ts';
import { notBegun, person } from './report.ts';
import { standingIn, takesWrites } from './standing-in.ts';
import { viewOf, type View } from './view.ts';
import { whatBecame, type Became } from './what-became.ts';

/** The room is cut off after 45 s. */
const FOLLOW_PATIENCE_MS = 38_000;
const LOOK_MS = 500;

/**
 * What became of a switchover whose end nobody saw. It asks Patroni and the servers, and never asks for the switchover again; what
 * Patroni has begun it ends by itself. Repeatable.
 */
export async function settle(place: Place, order: SwitchoverOrder): Promise<SwitchoverResult | 'unknown'> {
  const startedAtMs = performance.now();
  const [old, next] = [reach(place, order.from), reach(place, order.to)];
  try {
    const { became, view } = await untilKnown(place, order, old, next);
    if (became === 'switched' && view && (await takesWrites(next)))
      return await prove(place, next, order, {
        untilMs: startedAtMs + FOLLOW_PATIENCE_MS,
        names: view.names,
        phases: () => [],
        writeGapMilliseconds: null,
      });
    return became === 'switched' ? 'unknown' : said(order, became, view);
  } finally {
    await Promise.all([old.close(), next.close()]);
  }
}

function said(
  order: SwitchoverOrder,
  became: Exclude<Known['became'], 'switched'>,
  view: View | undefined,
): SwitchoverResult | 'unknown' {
  const { from, to, identity } = order;
  switch (became) {
    case 'as before':
      return notBegun([], `Patroni did not begin it.`, [
        `${from} leads and takes writes on timeline ${identity['timeline']} as before.`,
      ]);
    case 'came back':
      return notBegun([], `${to} did not take over, and Patroni gave the writes back.`, [
        `${from} leads and takes writes, on timeline ${Number(identity['timeline']) + 1}.`,
      ]);
    case 'a person':
      return person(`${from} and ${to} are not where a switchover could have left them.`);
    case 'long rounds':
      return person(
        `${from} leads as before, but Patroni takes up what it was asked within ${view?.settings.loop_wait} s (loop_wait), and that is longer than can be waited here: it may still begin.`,
      );
    default:
      return 'unknown';
  }
}

type Looked = { became: Became; view: View | undefined };
type Known = { became: Became | 'long rounds'; view: View | undefined };

/** What is `as before` has to stay so until Patroni would have begun; what is in between gets its time. */
async function untilKnown(place: Place, order: SwitchoverOrder, old: Reach, next: Reach): Promise<Known> {
  let sinceMs: number | undefined;
  for (const startedAtMs = performance.now(); ;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until it is so
    const { became, view } = await see(place, order, old, next);
    const nowMs = performance.now();
    if (became !== 'as before') sinceMs = undefined;
    else sinceMs ??= nowMs;
    const isQuiet = view !== undefined && sinceMs !== undefined && nowMs - sinceMs >= quietMsOf(view.settings);
    // oxlint-disable-next-line no-await-in-loop -- the same
    if (isQuiet && !(await isStopping(old))) return { became, view };
    if (became !== 'as before' && became !== 'unknown') return { became, view };
    if (nowMs - startedAtMs > patienceMsOf(view?.settings))
      return { became: afterPatience(became, view?.settings), view };
    // oxlint-disable-next-line no-await-in-loop -- the same
    await sleep(LOOK_MS);
  }
}

async function see({ spec }: Place, order: SwitchoverOrder, old: Reach, next: Reach): Promise<Looked> {
  const [answer, from, to] = await Promise.all([viewOf(spec), standingIn(old), standingIn(next)]);
  const view = 'silent' in answer ? undefined : answer;
  return { became: whatBecame(order, { leader: view?.leader, from, to }), view };
}

/** The first that Patroni does to a leader that is to go is a checkpoint, and that may take long. */
const CHECKPOINT = `
  select count(*)::int as checkpoints from pg_stat_activity
   where backend_type = 'client backend' and state = 'active' and query ~* '^\\s*checkpoint\\M'`;

/** Also where it does not answer. */
async function isStopping(old: Reach): Promise<boolean> {
  const [row] = (await old.ask<{ checkpoints: number }>(CHECKPOINT)) ?? [];
  return row?.checkpoints !== 0;
}
