import * as v from 'valibot';
import { copy, defineOperation } from '../core/operation.ts';
import { Label, Reason, UNTIL_WORDS, untilOf } from './pin/arguments.ts';
import { sayPin, stillThere } from './pin/pins.ts';
import { pinReport } from './pin/report.ts';

/** Longer than it takes what deletes from its last look at the pins to the deletion itself. */
const SETTLED_SECONDS = 10;

export const steps = { say: copy(sayPin), check: copy(stillThere) };

/** Keeps a backup, whatever the policy says. */
export const pin = defineOperation({
  id: 'pin',
  title: 'Keep a backup',
  why: 'Keeps a backup and all that it builds on, whatever its age, in every store that has it; until a day or for good, with the reason. `backups` lists it.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  args: v.strictObject({ backup: Label, until: v.string(), reason: Reason }),
  fields: [
    { name: 'backup', label: 'Backup', hint: '20261129T020000Z-full, as backups lists it', required: true },
    { name: 'until', label: 'Until', hint: '30d, 2027-03-31 or forever', required: true },
    { name: 'reason', label: 'Why', hint: 'Before the migration', required: true, takesRest: true },
  ],
  examples: ['pin shop-db 20261129T020000Z-full 30d before the migration'],
  steps,

  async run(context, { backup: label, until: typed, reason }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const until = untilOf(typed, context.startedAt);
    if (until === undefined) return { refused: `until is ${UNTIL_WORDS}` };
    const args = { label, pinned: true, at: context.startedAt, by: context.by, reason, until };
    const said = await context.steps.say(target, args, 'Say it in the stores');
    if (said.every((one) => one.said === 'absent'))
      return {
        refused: `no store has a finished backup ${label} of ${target.name}: /db backups ${target.name} lists them`,
      };
    await context.sleep('what deletes may be at work', SETTLED_SECONDS);
    const there = await context.steps.check(target, args, 'Look whether it is there still');
    const lost = said.some((one, n) => one.said !== 'absent' && there[n]?.said === 'absent');
    if (lost)
      return {
        refused: `${label} was deleted at this moment: it had expired. Where its bucket keeps versions it can be brought back (docs/backups.md)`,
      };
    return { done: pinReport({ operation: 'pin', target: target.name, at: context.startedAt }, args, said) };
  },
});
