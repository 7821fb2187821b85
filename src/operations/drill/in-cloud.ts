import { asFault } from '../../core/errors.ts';
import {
  actInCloud,
  control,
  copyInCloud,
  read,
  type RunContext,
  type Steps,
  type TargetName,
} from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Grant, Plan } from '../../core/plan.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type {
  DrillBefore,
  DrillNote,
  RestoreAsk,
  RestoreLook,
  RestoreOrder,
  RestoreResult,
  TornDown,
} from '../../targets/cloud-restore.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { RestoredPlace, RestoredSeen } from '../../targets/restored-copy.ts';
import { untilOver } from '../until-over.ts';
import { cloudDrillReport, levelOf, type CloudDrilled } from './cloud-report.ts';
import { demandDrill, drillOf, NO_DRILL } from './cloud-port.ts';

export const cloudSteps = {
  lookInCloud: control(async (cloud: AnyCloud, asked: RestoreAsk) => drillOf(cloud)?.look(asked) ?? NO_DRILL),
  before: control(async (cloud: AnyCloud): Promise<readonly DrillBefore[]> => demandDrill(cloud).before()),
  /** The cloud's own clock: a run that goes on later has another. */
  clock: control(async (cloud: AnyCloud) => new Date(cloud.now()).toISOString()),
  begin: actInCloud(
    (cloud: AnyCloud, order: RestoreOrder): Promise<RestoreResult> => demandDrill(cloud).begin(order),
    (cloud: AnyCloud, order: RestoreOrder, begunAt): Promise<RestoreResult | 'unknown'> =>
      demandDrill(cloud).follow(order, begunAt),
  ),
  lookInside: read(async (target: AnyTarget, place: RestoredPlace): Promise<RestoredSeen> => lookInside(target, place)),
  tearDown: actInCloud(
    (cloud: AnyCloud, { as }: { as: string }): Promise<TornDown> => demandDrill(cloud).tearDown(as),
    (cloud: AnyCloud, { as }: { as: string }): Promise<TornDown | 'unknown'> => demandDrill(cloud).tearDown(as),
  ),
  // A mark on a snapshot of ours, which needs no approval of its own: what was found is not known when the plan is made.
  note: copyInCloud(async (cloud: AnyCloud, note: DrillNote) => demandDrill(cloud).note(note)),
} satisfies Steps;

type Context = Pick<RunContext<typeof cloudSteps>, 'steps' | 'approval' | 'progress' | 'sleep' | 'runId' | 'startedAt'>;

const PLAN_MINUTES = 30;
/** A name of a new machine is known some minutes after it is available. */
const MOST_KNOCKS = 20;
const KNOCK_SECONDS = 30;

/** Restores in the cloud into a place apart, looks at it as the room that reads, and has it deleted whatever came of it. */
export async function drillInCloud(context: Context, target: TargetName, to: string): Promise<Outcome> {
  const { runId, startedAt, steps } = context;
  const look = await steps.lookInCloud(target, {
    from: null,
    to: to === '' || to === 'end' ? null : to,
    run: runId,
    at: startedAt,
  });
  if ('refused' in look) return look;
  const decision = await context.approval(planOf(context, target, look));
  if ('refused' in decision) return decision;
  const earlier = await steps.before(target, null).catch(() => []);
  const drilled = await attempt(context, target, look, decision.granted).catch((thrown: unknown): Attempted => ({
    stage: 'restore',
    problem: `${asFault(thrown).message}.`,
  }));
  if ('notDone' in drilled) return { refused: `nothing was drilled: ${drilled.notDone}` };
  const leftover = await takeAway(context, target, look.as, decision.granted);
  const done: CloudDrilled = { ...drilled, look, to, leftover, earlier };
  const note = await noted(context, target, done);
  return { done: cloudDrillReport(target, done, note, startedAt) };
}

function planOf({ runId, startedAt }: Context, { name: target }: TargetName, look: RestoreLook): Plan {
  const { from, as, settings, steps, facts } = look;
  return {
    runId,
    operation: 'drill',
    target,
    identity: { from, as, settings },
    steps: [
      ...steps,
      `Log in to ${as} as the room that reads, and look at what is in it; nothing is written there`,
      `Have AWS delete ${as} without a last snapshot, whatever was found`,
    ],
    args: {},
    loss: 'Nothing: what is deleted is what this drill has made.',
    blastRadius: ['Nobody: the copy has a name and a place of its own, and no client knows it.'],
    facts,
    expiresAt: new Date(Date.parse(startedAt) + PLAN_MINUTES * 60_000).toISOString(),
  };
}

type Attempted =
  | { notDone: string }
  | { stage: 'restore' | 'reach'; problem: string }
  | ({ stage: 'looked' } & Required<Pick<CloudDrilled, 'looks' | 'restoreSeconds' | 'usableSeconds'>> &
      Pick<CloudDrilled, 'newestRowAgeSeconds'>);

async function attempt(context: Context, target: TargetName, look: RestoreLook, grant: Grant): Promise<Attempted> {
  const { steps } = context;
  const order: RestoreOrder = { from: look.from, as: look.as, settings: look.settings };
  const step = `Have the cloud restore ${look.from}`;
  await context.progress(step, 'in_progress');
  const begunAt = await steps.clock(target, null);
  const first = await steps.begin(target, order, grant);
  const said = await untilOver<RestoreResult>(context, first, {
    step,
    ask: () => steps.begin.became(target, order),
  });
  if (said.ended === 'not-done') return { notDone: said.why };
  if (said.ended !== 'restored')
    return { stage: 'restore', problem: said.ended === 'under-way' ? `${said.phase} It took too long.` : said.why };
  const seen = await knock(context, target, { host: said.host, port: said.port, holdsUntil: look.holdsUntil });
  if ('notReached' in seen) return { stage: 'reach', problem: seen.notReached };
  const usableAt = await steps.clock(target, null);
  const { looks, newestRowAgeSeconds, reachedAt } = seen;
  const seconds = (until: string) => (Date.parse(until) - Date.parse(begunAt)) / 1000;
  return {
    stage: 'looked',
    looks,
    newestRowAgeSeconds,
    restoreSeconds: seconds(reachedAt),
    usableSeconds: seconds(usableAt),
  };
}

type Knocked = Extract<RestoredSeen, { looks: unknown }> & { reachedAt: string };

async function knock(
  context: Context,
  target: TargetName,
  place: RestoredPlace,
): Promise<Knocked | { notReached: string }> {
  const step = `Look at what is in ${place.host.split('.')[0] ?? 'it'}`;
  let why = 'nobody answered.';
  for (let round = 1; round <= MOST_KNOCKS; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    await context.progress(step, 'in_progress', round === 1 ? undefined : why);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const reachedAt = await context.steps.clock(target, null);
    // oxlint-disable-next-line no-await-in-loop -- as above
    const seen = await context.steps
      .lookInside(target, place)
      .catch((thrown: unknown) => ({ notReached: `${asFault(thrown).message}.` }));
    if ('looks' in seen) return { ...seen, reachedAt };
    why = seen.notReached;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await context.sleep('until the copy is asked again', KNOCK_SECONDS);
  }
  return { notReached: why };
}

/** Null where nothing is left; else a sentence. */
async function takeAway(context: Context, target: TargetName, as: string, grant: Grant): Promise<string | null> {
  const step = `Have the cloud delete ${as}`;
  await context.progress(step, 'in_progress');
  try {
    const first = await context.steps.tearDown(target, { as }, grant);
    const said = await untilOver<TornDown>(context, first, {
      step,
      ask: () => context.steps.tearDown.became(target, { as }),
    });
    if (said.ended === 'gone') return null;
    return said.ended === 'under-way' ? said.phase : said.why;
  } catch (thrown) {
    return `${asFault(thrown).message}.`;
  }
}

/** What was not looked at proves nothing, and nothing is noted. */
async function noted(context: Context, target: TargetName, done: CloudDrilled): Promise<string | null> {
  const { restoreSeconds, usableSeconds } = done;
  if (restoreSeconds === undefined || usableSeconds === undefined) return null;
  const at = await context.steps.clock(target, null);
  const note = { from: done.look.from, level: levelOf(done), at, restoreSeconds, usableSeconds };
  return context.steps
    .note(target, note)
    .catch((thrown: unknown) => `It could not be noted: ${asFault(thrown).message}.`);
}

async function lookInside(target: AnyTarget, place: RestoredPlace): Promise<RestoredSeen> {
  if (target.engine === 'postgres' && target.restored) return target.restored.look(place);
  return { notReached: `${target.name} has no copy that could be looked at from here.` };
}
