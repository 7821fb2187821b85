import * as v from 'valibot';
import { copy, defineOperation } from '../core/operation.ts';
import { carryOut } from './drill/carry-out.ts';
import { cloudSteps, drillInCloud } from './drill/in-cloud.ts';
import { drillReport } from './drill/report.ts';

const STORE_WORDS = 'say `primary` or `secondary`';
const Arguments = v.strictObject({
  to: v.optional(v.pipe(v.string(), v.trim())),
  store: v.optional(
    v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(['', 'primary', 'secondary'], STORE_WORDS)),
  ),
});

export const steps = { carryOut: copy(carryOut), ...cloudSteps };

/** Restores a backup to prove that it can be. Nothing of the target is touched, and no server of it is asked. */
export const drill = defineOperation({
  id: 'drill',
  title: 'Prove a restore',
  why: 'Restores the newest backup with its WAL into a place that is thrown away, starts and verifies it, and says how long that took, what is proved now and what is not; `to=random` goes to a random second. What RDS and Aurora host is restored by AWS into the place of `backup.drillIn`, looked at and deleted again.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'writes',
  // Where a cloud restores, `backup.drillIn` of the config is the consent to what it costs.
  approval: { by: 'policy' },
  role: 'operator',
  startsByItself: true,
  args: Arguments,
  fields: [
    { name: 'to', label: 'To: random, latest, end (of the backup), a time or an LSN', hint: 'random', required: false },
    { name: 'store', label: 'From which store', hint: 'secondary', required: false },
  ],
  examples: ['drill shop-db', 'drill shop-db to=random', 'drill shop-db to=2026-11-29T02:00:00Z'],
  steps,

  async run(context, { to = '', store = '' }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (target.cloud && store === 'secondary')
      return { refused: `what AWS hosts is in no store: drill ${target.name} without one` };
    if (target.cloud) return drillInCloud(context, target, to);
    const step = `Restore ${target.name} apart, start it and look at it`;
    await context.progress(step, 'in_progress');
    const asked = { to: to === '' ? 'latest' : to, store: store === '' ? 'primary' : store };
    const answer = await context.steps.carryOut(target, asked, step);
    return 'refused' in answer ? answer : { done: drillReport(target, answer.done, context.startedAt) };
  },
});
