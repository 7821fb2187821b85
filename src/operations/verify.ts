import * as v from 'valibot';
import { copy, defineOperation } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import type { ReadBack } from './backup/read-back.ts';
import { Label } from './pin/arguments.ts';
import { steps as backupSteps } from './backup.ts';
import { verifyReport } from './verify/report.ts';
import { whichToVerify } from './verify/which.ts';

const STORE_WORDS = 'say `primary` or `secondary`';
const Store = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(['', 'primary', 'secondary'], STORE_WORDS));

export const steps = { which: copy(whichToVerify), readBack: backupSteps.readBack };

/** Reads a backup back from one store, whole, and keeps what that proves beside it. */
export const verify = defineOperation({
  id: 'verify',
  title: 'Read a backup back',
  why: 'Reads every byte of a backup and of all that it builds on back from one store and compares the sums; of the secondary store unless another is named, since what lies there is read by nobody else.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  silent: true,
  startsByItself: true,
  args: v.strictObject({ store: v.optional(Store), backup: v.optional(Label) }),
  fields: [
    { name: 'store', label: 'Store: primary or secondary', hint: 'secondary', required: false },
    { name: 'backup', label: 'Backup', hint: 'The newest', required: false },
  ],
  examples: ['verify shop-db', 'verify shop-db primary 20261129T020000Z-full'],
  steps,

  async run(context, { store: named = '', backup = null }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const store = named === '' ? 'secondary' : named;
    const which = await context.steps.which(target, { store, backup }, `Look into the ${store} store`);
    if ('refused' in which) return which;
    const about = { operation: 'verify', subject: target.name, at: context.startedAt };
    if ('none' in which) return { done: emptyReport({ ...about, status: 'info', headline: which.none }) };
    const copies: ReadBack[] = [];
    for (const record of which.records) {
      const reading = `Read ${record.label} back from the ${store} store`;
      await context.progress(reading, 'in_progress');
      const read = await context.steps.readBack(target, { record, store }, reading);
      if ('refused' in read) return read;
      copies.push(read);
    }
    return { done: verifyReport({ target: target.name, store, at: context.startedAt }, which.records, copies) };
  },
});
