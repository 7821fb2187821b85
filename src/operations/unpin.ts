import * as v from 'valibot';
import { copy, defineOperation } from '../core/operation.ts';
import { Label } from './pin/arguments.ts';
import { sayPin } from './pin/pins.ts';
import { pinReport } from './pin/report.ts';

export const steps = { say: copy(sayPin) };

/** Ends a pin: the backup goes when the policy no longer wants it. */
export const unpin = defineOperation({
  id: 'unpin',
  title: 'Keep a backup no longer',
  why: 'Ends a pin before its time: the backup goes with the others, when the policy no longer wants it and a newer one is proved.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  args: v.strictObject({ backup: Label }),
  fields: [{ name: 'backup', label: 'Backup', hint: '20261129T020000Z-full, as backups lists it', required: true }],
  examples: ['unpin shop-db 20261129T020000Z-full'],
  steps,

  async run(context, { backup: label }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const args = { label, pinned: false, at: context.startedAt, by: context.by, reason: 'unpinned', until: null };
    const said = await context.steps.say(target, args, 'Say it in the stores');
    if (said.every((one) => one.said === 'absent'))
      return {
        refused: `no store has a finished backup ${label} of ${target.name}: /db backups ${target.name} lists them`,
      };
    return { done: pinReport({ operation: 'unpin', target: target.name, at: context.startedAt }, args, said) };
  },
});
