import * as v from 'valibot';
import type { BackupsSeen } from '../core/backups-seen.ts';
import { defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Remembered } from '../core/past.ts';
import { withCost } from './health/cost-table.ts';
import { askRooms, lookSteps } from './health/ask.ts';
import { askBackups } from './health/backups.ts';
import { fittingPart, partBytes } from './health/fitting-part.ts';
import { changesOf, fittingChanges } from './health/changes.ts';
import { foresee, type Foreseen } from './health/foresee.ts';
import { goodOf, isGood } from './health/good.ts';
import { lookAround } from './health/neighbours.ts';
import { withOutlook } from './health/outlook.ts';
import { environmentReport, targetReport } from './health/report.ts';
import { isRare } from './health/watch.ts';
import { acrossEngines, troublesOf, withWhatChanged, type Compared } from './health/what-changed.ts';

/** A blip is over by then, and rates have their two samples. */
const SECOND_LOOK_SECONDS = 60;

const FLAG = 'explain-cost';
const Arguments = v.strictObject({ [FLAG]: v.optional(v.picklist(['yes'])) });
type Context = RunContext<typeof lookSteps>;

/** Asks every check of one target, or of every target of an environment. */
export const health = defineOperation({
  id: 'health',
  title: 'Health report',
  why: 'Says whether somebody has to get up: what is wrong, since when, how sure we are, and the safest next step.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [],
  flags: [{ name: FLAG, hint: 'ask one check after the other and show what each cost, here and in the database' }],
  examples: ['health shop-db', 'health production'],
  steps: lookSteps,

  async run(context, args) {
    const explainCost = args[FLAG] === 'yes';
    const most = partBytes(context.targets.length);
    const seen = await context.each('look', context.targets, async (target, inner) =>
      fitting(await reportOn(target, inner, explainCost), most),
    );
    const [only] = seen;
    if (only && context.targets.length === 1 && context.subject === only.report.subject) {
      const besides = only.changes && troublesOf(only.report).length > 0;
      return { done: withWhatChanged(only, besides ? await lookAround(only.target, context) : []) };
    }
    return { done: environmentReport(context.subject, acrossEngines(seen), context.startedAt) };
  },
});

/** What changed goes along with the report and may have a third of its room. */
function fitting({ target, report, changes }: Compared, mostBytes: number): Compared {
  const fewer = changes && fittingChanges(changes, mostBytes / 3);
  const taken = Buffer.byteLength(JSON.stringify({ target, changes: fewer }));
  return { target, report: fittingPart(report, mostBytes - taken), changes: fewer };
}

async function reportOn(target: TargetName, context: Context, explainCost: boolean): Promise<Compared> {
  const backups = await askBackups(target, context);
  const { read: look, ...beside } = await askRooms(target, context, explainCost);
  const past = await context.past(target);
  const first = await foresee({ target, look, beside, backups, past, context, at: context.startedAt });
  const last = await lookTwice(target, context, first, backups);
  const { judged, evaluated, rates, at, outlook } = last;
  await context.remember(target, keepsake(last, context));
  if (context.trigger.kind === 'schedule' || context.trigger.kind === 'alarm') {
    for (const what of evaluated.outgrown) await context.unmute(target, what);
  }
  const plain = targetReport({ ...last, baseline: past.baseline, quiet: past.quiet });
  const report = withOutlook(plain, target, outlook);
  const limits = (check: string) => context.limits(target, check);
  const changes = changesOf({ target, good: past.good, rates, now: { at, samples: judged.samples }, limits });
  return {
    target,
    report: look.costs ? withCost(report, look.costs) : report,
    // Where nothing is kept there is nothing to miss.
    changes: past.quiet ? changes : null,
  };
}

function keepsake(seen: Foreseen, { trigger }: Pick<Context, 'trigger'>): Remembered {
  const { judged, evaluated, at } = seen;
  const findings = [...evaluated.told, ...evaluated.held.filter(({ held }) => held.by !== 'clearing')];
  const metrics = judged.metrics.map(({ check: _check, ...metric }) => metric);
  const kept = { at, samples: judged.samples, findings, watched: evaluated.watched, metrics };
  return isGood(seen, trigger) ? { ...kept, good: goodOf(seen) } : kept;
}

/** Where the next scheduled report is hours away, what was seen once is looked at again before anybody hears of it. */
async function lookTwice(
  target: TargetName,
  context: Context,
  first: Foreseen,
  backups: BackupsSeen | undefined,
): Promise<Foreseen> {
  const { past, evaluated, at } = first;
  const isOpen = evaluated.held.some(({ held }) => held.by === 'unconfirmed');
  if (!isOpen || context.trigger.kind !== 'schedule' || !isRare(past.baseline, at)) return first;
  await context.sleep(`before the second look at ${target.name}`, SECOND_LOOK_SECONDS);
  const again = new Date(Date.parse(at) + SECOND_LOOK_SECONDS * 1000).toISOString();
  const { read: look, ...beside } = await askRooms(target, context, false);
  return await foresee({ target, look, beside, backups, past, context, at: again, first });
}
