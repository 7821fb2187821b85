import * as v from 'valibot';
import { backupLabel } from '../backups/layout.ts';
import { copy, defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import { steps as backupSteps } from './backup.ts';
import { backupReport } from './backup/report.ts';
import { drain } from './wal/drain.ts';
import { walReport } from './wal/report.ts';

const steps = { drain: copy(drain), take: backupSteps.take, readBack: backupSteps.readBack };
type Context = RunContext<typeof steps>;

/** Brings what was written since the last time into the stores: what is younger than the last time can be lost. */
export const wal = defineOperation({
  id: 'wal',
  title: 'Fetch the write-ahead log',
  why: 'Stores what a PostgreSQL target has written since the last time, so that it can be brought back to any second; takes a full backup at once where something was lost in between.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'writes',
  role: 'operator',
  silent: true,
  startsByItself: true,
  args: v.strictObject({}),
  fields: [],
  examples: ['wal shop-db'],
  steps,

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const drained = await context.steps.drain(target, null, 'Fetch the write-ahead log');
    if ('refused' in drained) return drained;
    const report = walReport(target, drained, context.startedAt);
    if (drained.done.gap === null) return { done: report };
    return { done: { ...report, parts: [await fullAtOnce(context, target)] } };
  },
});

/** From the gap on nothing can be brought to a second any more, until there is a backup that begins after it. */
async function fullAtOnce(context: Context, target: TargetName): Promise<Report> {
  const step = `Copy ${target.name} (full)`;
  await context.progress(step, 'in_progress');
  const label = backupLabel(new Date(context.startedAt), 'full-after-gap');
  const record = await context.steps.take(target, { kind: 'full', label, parent: null }, step);
  if ('refused' in record)
    return { ...walReport(target, null, context.startedAt), headline: `no full backup: ${record.refused}` };
  const read = await context.steps.readBack(
    target,
    { record, store: 'primary' },
    'Read it back from the primary store',
  );
  const copies = 'refused' in read ? [] : [read];
  return backupReport(target, { record, copies, why: null }, context.startedAt);
}
