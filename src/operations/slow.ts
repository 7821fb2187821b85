import * as v from 'valibot';
import { defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import { emptyReport, worst, type Report } from '../core/report.ts';
import { orders } from '../core/statement.ts';
import { lookAtStatements, steps, waitsOf } from './slow/look.ts';
import { reasonsFor } from './slow/reasons.ts';
import { slowReport } from './slow/report.ts';
import { readSince } from './slow/since.ts';

const SINCE_WORDS = 'how far back, as 30m, 24h or 7d; 14 days at most';
const ORDER_WORDS = `one of ${orders.join(', ')}`;
const DAY = '24h';
const Arguments = v.strictObject({
  since: v.optional(
    v.pipe(
      v.string(),
      v.check((typed) => readSince(typed) !== undefined, SINCE_WORDS),
    ),
  ),
  by: v.optional(v.picklist(orders, ORDER_WORDS)),
});
type Args = v.InferOutput<typeof Arguments>;

/** Which statements cost the most, which of them changed, and why. */
export const slow = defineOperation({
  id: 'slow',
  title: 'What got slower',
  why: 'Says which statements cost the most, which of them cost more than usual and what grew along: five lines every morning, and the same for the last minutes of an incident.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [
    { name: 'since', label: 'How far back', hint: DAY, required: false },
    { name: 'by', label: 'In which order', hint: orders.join(', '), required: false },
  ],
  examples: ['slow shop-db', 'slow shop-db since 1h by temp', 'slow production'],
  steps,

  async run(context, args) {
    const parts = await context.each('statements', context.targets, async (target, inner) =>
      digest(inner, target, args),
    );
    const [only] = parts;
    if (only && parts.length === 1 && context.subject === only.subject) return { done: only };
    return { done: togetherReport(context.subject, parts, context.startedAt) };
  },
});

async function digest(context: RunContext<typeof steps>, target: TargetName, { since = DAY, by = 'total' }: Args) {
  const sinceSeconds = readSince(since) ?? 0;
  const looked = await lookAtStatements(context, target, { sinceSeconds, by });
  const reasons = await reasonsFor(context, target, looked.comparisons[0]);
  const { quiet } = await context.past(target);
  return slowReport({
    target,
    comparisons: looked.comparisons,
    counting: looked.counting,
    reasons,
    loads: await waitsOf(context, target),
    by,
    sinceSeconds,
    at: context.startedAt,
    quiet,
    isScheduled: context.trigger.kind === 'schedule',
  });
}

/** One line for each target whose statements moved; the others are counted. */
function togetherReport(subject: string, parts: readonly Report[], at: string): Report {
  const moved = parts.filter(({ status }) => status !== 'healthy');
  const headline =
    moved.length === 0
      ? `nothing moved on ${parts.length} databases`
      : `statements moved on ${moved.map((part) => part.subject).join(', ')}`;
  const about = { operation: 'slow', subject, status: worst(parts.map(({ status }) => status)), headline, at };
  return { ...emptyReport(about), parts };
}
