import * as v from 'valibot';
import type { Acknowledged } from '../core/brakes.ts';
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
    const headline = headlineOf(await context.acknowledge(target));
    if (headline === '') return { refused: `${target.name} is not cooling down, and no step is asked after there` };
    return {
      done: emptyReport({ operation: 'ack', subject: target.name, status: 'info', headline, at: context.startedAt }),
    };
  },
});

/** Pure: what it ended, and what it did not; empty where there was nothing. */
function headlineOf({ coolDown, ended, underWay }: Acknowledged): string {
  const isAtWork = underWay.length > 0;
  const held = isAtWork
    ? 'its cool-down is over; its writes were held'
    : 'its writes may be moved again; they were held';
  return [
    ...(coolDown ? [`${held} since ${coolDown.at.slice(0, 16).replace('T', ' ')} UTC: ${coolDown.why}`] : []),
    ...(ended.length > 0 ? [`no longer asked after: ${ended.join(', ')}`] : []),
    ...(isAtWork ? [`${underWay.join(', ')} may still be at work: say it again if it is open in two minutes`] : []),
  ].join('; ');
}
