import * as v from 'valibot';
import { defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import type { AnyTarget } from '../targets/index.ts';
import { fittingPart, partBytes } from './health/fitting-part.ts';
import { lookAt, unseen, type Look } from './health/look.ts';
import { pass, type Pass } from './health/pass.ts';
import { environmentReport, targetReport } from './health/report.ts';
import { isRare } from './health/watch.ts';

/** A blip is over by then, and rates have their two samples. */
const SECOND_LOOK_SECONDS = 60;

const steps = { collect: read((target: AnyTarget, _args: null): Promise<Look> => lookAt(target, 'read')) };
type Context = RunContext<typeof steps>;

/** Asks every check of one target, or of every target of an environment. */
export const health = defineOperation({
  id: 'health',
  title: 'Health report',
  why: 'Says whether somebody has to get up: what is wrong, since when, how sure we are, and the safest next step.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({}),
  fields: [],
  examples: ['health shop-db', 'health production'],
  steps,

  async run(context) {
    const most = partBytes(context.targets.length);
    const parts = await context.each('look', context.targets, async (target, inner) =>
      fittingPart(await reportOn(target, inner), most),
    );
    const [only] = parts;
    if (only && context.targets.length === 1 && context.subject === only.subject) return { done: only };
    return { done: environmentReport(context.subject, parts, context.startedAt) };
  },
});

async function reportOn(target: TargetName, context: Context): Promise<Report> {
  const look = await tryToLook(target, context);
  const past = await context.past(target);
  const first = pass({ target, look, past, context, at: context.startedAt });
  const last = await lookTwice(target, context, first);
  const { judged, evaluated, at } = last;
  const findings = [...evaluated.told, ...evaluated.held.filter(({ held }) => held.by !== 'clearing')];
  await context.remember(target, { at, samples: judged.samples, findings, watched: evaluated.watched });
  if (context.trigger.kind === 'schedule' || context.trigger.kind === 'alarm') {
    for (const what of evaluated.outgrown) await context.unmute(target, what);
  }
  return targetReport({ ...last, baseline: past.baseline, quiet: past.quiet });
}

/** Where the next scheduled report is hours away, what was seen once is looked at again before anybody hears of it. */
async function lookTwice(target: TargetName, context: Context, first: Pass): Promise<Pass> {
  const { past, evaluated, at } = first;
  const isOpen = evaluated.held.some(({ held }) => held.by === 'unconfirmed');
  if (!isOpen || context.trigger.kind !== 'schedule' || !isRare(past.baseline, at)) return first;
  await context.sleep(`before the second look at ${target.name}`, SECOND_LOOK_SECONDS);
  const again = new Date(Date.parse(at) + SECOND_LOOK_SECONDS * 1000).toISOString();
  const look = await tryToLook(target, context);
  return pass({ target, look, past, context, at: again, first });
}

/** A room that fails is a finding in the report, not the end of it. */
async function tryToLook(target: TargetName, context: Context): Promise<Look> {
  try {
    return await context.steps.collect(target, null);
  } catch (thrown) {
    return unseen(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
