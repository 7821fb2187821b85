import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';

const Arguments = v.strictObject({
  reason: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(3, 'say in a few words why, for whoever is on call next'),
    v.maxLength(300, 'say it in 300 characters at most'),
  ),
});

/** The kill switch: the bot changes nothing on a target, or in an environment, whatever was approved. It touches no database. */
export const freeze = defineOperation({
  id: 'freeze',
  title: 'Stop all that the bot changes',
  why: 'From now on the bot changes nothing there, whatever was approved, until somebody says unfreeze. It goes on looking. What has begun already ends or rolls back by itself.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'writes',
  role: 'operator',
  args: Arguments,
  fields: [
    { name: 'reason', label: 'Why', hint: 'Nobody touches it during the audit', required: true, takesRest: true },
  ],
  examples: ['freeze laptop audit until noon', 'freeze shop-db we look by hand'],
  steps: {},

  async run(context, { reason }) {
    const { by, reason: kept, underWay } = await context.freeze(reason);
    const { subject, startedAt, targets } = context;
    const headline = `frozen by ${by}: ${kept}`;
    return {
      done: {
        ...emptyReport({ operation: 'freeze', subject, status: 'warning', headline, at: startedAt }),
        text: [
          `The bot changes nothing on ${targets.map(({ name }) => name).join(', ')}: no plan that was approved is carried out, none is asked for.`,
          ...underWay.map(
            (step) => `Except for ${step}, which had begun: it ends, rolls back or is settled by itself.`,
          ),
          'It still looks, reports and raises alarms.',
        ],
        next: [{ label: 'Unfreeze', operation: 'unfreeze', target: subject, args: [], disruptive: false }],
      },
    };
  },
});
