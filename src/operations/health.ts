import * as v from 'valibot';
import { defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import { askRooms, lookSteps } from './health/ask.ts';
import { judge } from './health/judge.ts';
import { fittingPart, partBytes } from './health/fitting-part.ts';
import { environmentReport, targetReport } from './health/report.ts';

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
  steps: lookSteps,

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

async function reportOn(target: TargetName, context: RunContext<typeof lookSteps>): Promise<Report> {
  const looks = await askRooms(target, context);
  const past = await context.past(target);
  const limits = (check: string) => context.limits(target, check);
  const judged = judge(target, looks, limits, past.rates, Date.parse(context.startedAt));
  const report = targetReport(target, looks.read, judged, past.baseline, context.startedAt);
  await context.remember(target, { at: context.startedAt, samples: judged.samples, findings: report.findings });
  return report;
}
