import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import { readWhat } from './mute/what.ts';

const Arguments = v.strictObject({
  what: v.pipe(v.string(), v.trim(), v.minLength(1, 'what is muted, as /db mutes lists it')),
});

/** Ends a mute before its time. */
export const unmute = defineOperation({
  id: 'unmute',
  title: 'Hear of a muted finding again',
  why: 'Ends a mute before its time: the next report tells of the finding again.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  args: Arguments,
  fields: [{ name: 'what', label: 'Finding or check', hint: 'As /db mutes lists it', required: true, takesRest: true }],
  examples: ['unmute shop-db postgres.locks'],
  steps: {},

  async run(context, { what }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const read = readWhat(what, target, await context.lastFindings(target));
    if ('refused' in read) return read;
    // The button of a finding names its key, where the mute may be on its check.
    const [check = ''] = read.what.split(':', 1);
    const ended = (await context.unmute(target, read.what)) ? read.what : undefined;
    const byCheck = ended === undefined && check !== read.what && (await context.unmute(target, check));
    const muted = ended ?? (byCheck ? check : undefined);
    if (muted === undefined) return { refused: `nothing on ${target.name} is muted by the name ${read.what}` };
    return {
      done: {
        ...emptyReport({
          operation: 'unmute',
          subject: target.name,
          status: 'info',
          headline: `${muted} is heard again`,
          at: context.startedAt,
        }),
        next: [{ label: 'Look now', operation: 'health', target: target.name, args: [], disruptive: false }],
      },
    };
  },
});
