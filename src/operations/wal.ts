import * as v from 'valibot';
import { backupLabel } from '../backups/layout.ts';
import { copy, defineOperation, type RunContext, type TargetName } from '../core/operation.ts';
import type { Report } from '../core/report.ts';
import { steps as backupSteps } from './backup.ts';
import type { ReadBack } from './backup/read-back.ts';
import { backupReport } from './backup/report.ts';
import { drain, type Drained } from './wal/drain.ts';
import { followedReport, walReport } from './wal/report.ts';

const steps = { drain: copy(drain), take: backupSteps.take, readBack: backupSteps.readBack };
type Context = RunContext<typeof steps>;

/** Brings what was written since the last time into the stores: what is younger than the last time can be lost. */
export const wal = defineOperation({
  id: 'wal',
  title: 'Fetch the write-ahead log',
  why: 'Stores what a PostgreSQL target has written since the last time, so that it can be brought back to any second; takes a full backup at once where something was lost in between, or a server was promoted.',
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
    if ('followed' in drained) return { done: followedReport(target, drained, context.startedAt) };
    const report = walReport(target, drained, context.startedAt);
    const why = whyFull(drained);
    return {
      done:
        why === undefined
          ? report
          : { ...report, parts: [await fullAtOnce(context, target, { why, stores: storesOf(drained) })] },
    };
  },
});

/** Those that the bot itself fills. */
function storesOf({ second }: Drained): readonly string[] {
  return ['primary', ...(second === null ? [] : [second.store])];
}

/**
 * From a gap on nothing can be brought to a second any more, until there is a backup that begins after it; after a promotion an increment
 * can mostly not be had, until there is a full backup of the new timeline.
 */
function whyFull({ done, promoted }: Drained): 'full-after-gap' | 'full-after-promotion' | undefined {
  if (done.gap !== null) return 'full-after-gap';
  return promoted === null ? undefined : 'full-after-promotion';
}

async function fullAtOnce(
  context: Context,
  target: TargetName,
  { why, stores }: { why: NonNullable<ReturnType<typeof whyFull>>; stores: readonly string[] },
): Promise<Report> {
  const step = `Copy ${target.name} (full)`;
  await context.progress(step, 'in_progress');
  const label = backupLabel(new Date(context.startedAt), why);
  const record = await context.steps.take(target, { kind: 'full', label, parent: null }, step);
  if ('refused' in record)
    return { ...walReport(target, null, context.startedAt), headline: `no full backup: ${record.refused}` };
  const copies: ReadBack[] = [];
  for (const store of stores) {
    // oxlint-disable-next-line no-await-in-loop -- one store after the other: what is not in a store yet is brought there first
    const read = await context.steps.readBack(target, { record, store }, `Read it back from the ${store} store`);
    if (!('refused' in read)) copies.push(read);
  }
  return backupReport(target, { record, copies, why: null }, context.startedAt);
}
