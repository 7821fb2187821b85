import * as v from 'valibot';
import { countText } from '../checks/wording.ts';
import { defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import { lookAtStatements, steps } from './slow/look.ts';
import { reasonsFor } from './slow/reasons.ts';

const HOUR_SECONDS = 3_600;
/** Enough to see whose plans are worth keeping; a week, read every hour, would cost more than all else. */
const COMPARED_SECONDS = 6 * HOUR_SECONDS;

/** Counts the statements of a target once, so that a digest knows what is usual. */
export const statements = defineOperation({
  id: 'statements',
  title: 'Count the statements',
  why: 'Remembers what each statement did since the last time, so that `slow` can say what got slower. Scheduled every hour; it posts nothing by itself.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  silent: true,
  args: v.strictObject({}),
  fields: [],
  examples: ['statements shop-db'],
  steps,

  async run(context) {
    const counted = await context.each('statements', context.targets, async (target, inner) => {
      const { counting, comparisons } = await lookAtStatements(inner, target, {
        sinceSeconds: HOUR_SECONDS,
        by: 'total',
        comparedSeconds: COMPARED_SECONDS,
      });
      await reasonsFor(inner, target, comparisons[0]);
      const statementCount = comparisons.reduce((sum, comparison) => sum + comparison.statements, 0);
      return { target: target.name, statementCount, blind: counting.blind.map(({ reason }) => reason) };
    });
    const blind = counted.filter((one) => one.blind.length > 0);
    const total = counted.reduce((sum, { statementCount }) => sum + statementCount, 0);
    const headline = `${countText(total, 'statement')} of ${countText(counted.length, 'database')} were counted`;
    const status = blind.length > 0 ? 'unknown' : 'healthy';
    return {
      done: {
        ...emptyReport({ operation: 'statements', subject: context.subject, status, headline, at: context.startedAt }),
        text: blind.map((one) => `${one.target}: ${one.blind.join('; ')}`),
      },
    };
  },
});
