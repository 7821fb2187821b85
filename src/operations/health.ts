import * as v from 'valibot';
import { defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import type { AnyTarget } from '../targets/index.ts';
import { judge } from './health/judge.ts';
import { lookWithCost } from './health/cost.ts';
import { withCost } from './health/cost-table.ts';
import { lookAt, unseen, type Look } from './health/look.ts';
import { fittingPart, partBytes } from './health/fitting-part.ts';
import { forecastsOf } from './health/forecasts.ts';
import { outlookRequests, withOutlook } from './health/outlook.ts';
import { environmentReport, targetReport } from './health/report.ts';

/** `null` is what runs that began before the flag existed still ask for. */
type LookArgs = { explainCost: boolean } | null;

const steps = {
  collect: read((target: AnyTarget, args: LookArgs): Promise<Look> =>
    args?.explainCost ? lookWithCost(target, 'read') : lookAt(target, 'read'),
  ),
};

const FLAG = 'explain-cost';
const Arguments = v.strictObject({ [FLAG]: v.optional(v.picklist(['yes'])) });

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
  steps,

  async run(context, args) {
    const explainCost = args[FLAG] === 'yes';
    const most = partBytes(context.targets.length);
    const parts = await context.each('look', context.targets, async (target, inner) =>
      fittingPart(await reportOn(target, inner, explainCost), most),
    );
    const [only] = parts;
    if (only && context.targets.length === 1 && context.subject === only.subject) return { done: only };
    return { done: environmentReport(context.subject, parts, context.startedAt) };
  },
});

async function reportOn(target: TargetName, context: RunContext<typeof steps>, explainCost: boolean): Promise<Report> {
  const look = await tryToLook(target, context, explainCost);
  const past = await context.past(target);
  const limits = (check: string) => context.limits(target, check);
  const seen = judge(target, { read: look }, limits, past.rates, Date.parse(context.startedAt));
  // Many reports in one message have no room for pictures.
  const alone = context.targets.length === 1;
  const requests = outlookRequests(seen, alone);
  const trends = requests.length === 0 ? [] : await context.trends(target, requests);
  const forecasts = forecastsOf(seen.metrics, trends, context.startedAt);
  const judged = { ...seen, findings: [...seen.findings, ...forecasts.flatMap(({ finding }) => finding ?? [])] };
  const plain = targetReport(target, look, judged, past.baseline, context.startedAt);
  const report = withOutlook(plain, target, { metrics: seen.metrics, trends, forecasts });
  await context.remember(target, {
    at: context.startedAt,
    samples: judged.samples,
    findings: report.findings,
    metrics: seen.metrics.map(({ check: _check, ...metric }) => metric),
  });
  return look.costs ? withCost(report, look.costs) : report;
}

/** A room that fails is a finding in the report, not the end of it. */
async function tryToLook(target: TargetName, context: RunContext<typeof steps>, explainCost: boolean): Promise<Look> {
  try {
    return await context.steps.collect(target, explainCost ? { explainCost } : null);
  } catch (thrown) {
    return unseen(thrown instanceof Error ? thrown.message : String(thrown));
  }
}
