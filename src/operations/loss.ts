import * as v from 'valibot';
import { defineOperation, read } from '../core/operation.ts';
import { lookAtLoss } from './loss/look.ts';
import { lossReport } from './loss/report.ts';

/** What a server that was left behind has, and the one that takes writes now has not. */
export const loss = defineOperation({
  id: 'loss',
  title: 'What a failover lost',
  why: 'Compares the timelines of PostgreSQL servers, and counts in the log of writes of an old primary what was committed there and nowhere else: commits, from when to when, rows of which table.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({}),
  fields: [],
  examples: ['loss shop-db'],
  steps: { look: read(lookAtLoss) },

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const look = await context.steps.look(target, null);
    return { done: lossReport({ target: target.name, at: context.startedAt }, look) };
  },
});
