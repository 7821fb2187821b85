import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';

/** A person has looked: writes may be moved again before the cool-down is over. */
export const ack = defineOperation({
  id: 'ack',
  title: 'Say that you have looked',
  why: 'Ends the cool-down of a target: after a failover, or a run that ended without an answer, its writes stay where they are for a while, so that nothing flaps.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  args: v.strictObject({}),
  fields: [],
  examples: ['ack shop-db'],
  steps: {},

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const ended = await context.acknowledge(target);
    if (!ended) return { refused: `${target.name} is not cooling down` };
    const headline = `its writes may be moved again; they were held since ${ended.at.slice(0, 16).replace('T', ' ')} UTC: ${ended.why}`;
    return {
      done: emptyReport({ operation: 'ack', subject: target.name, status: 'info', headline, at: context.startedAt }),
    };
  },
});
