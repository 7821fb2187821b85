import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';

/** Ends a freeze: plans can be made, approved and carried out again. */
export const unfreeze = defineOperation({
  id: 'unfreeze',
  title: 'Let the bot change things again',
  why: 'Ends a freeze of a target or an environment. Plans that were refused meanwhile have to be asked for again.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'writes',
  role: 'approver',
  args: v.strictObject({}),
  fields: [],
  examples: ['unfreeze laptop', 'unfreeze shop-db'],
  steps: {},

  async run(context) {
    const { subject, startedAt } = context;
    const ended = await context.unfreeze();
    if (!ended) return { refused: `${subject} is not frozen; a freeze is ended by the name under which it was said` };
    const headline = `not frozen any more; it was, by ${ended.by} since ${ended.at.slice(0, 16).replace('T', ' ')} UTC: ${ended.reason}`;
    return { done: emptyReport({ operation: 'unfreeze', subject, status: 'info', headline, at: startedAt }) };
  },
});
