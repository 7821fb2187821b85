import { snapshotName } from '../../backups/snapshots/name.ts';
import { newestUsable } from '../../backups/snapshots/about.ts';
import { Fault } from '../../core/errors.ts';
import { control, copyInCloud, type RunContext, type TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { CloudSnapshots, CopyOrder, SnapshotEnd, SnapshotOrder } from '../../targets/cloud-snapshots.ts';
import { untilWhole } from './follow-cloud.ts';
import { copyReport, snapshotReport } from './snapshot-report.ts';

/** What a backup does where a cloud hosts the servers: the cloud makes a snapshot and brings a copy of it away, and is asked how far it is. */
export const snapshotSteps = {
  snapshot: copyInCloud((cloud: AnyCloud, order: SnapshotOrder) => snapshotsOf(cloud).take(order)),
  followSnapshot: control((cloud: AnyCloud, order: SnapshotOrder) => snapshotsOf(cloud).follow(order)),
  /** Where copies go, and the newest snapshot of ours that could be copied. */
  lookAtCopies: control((cloud: AnyCloud, _args: null) => copiesIn(snapshotsOf(cloud))),
  copySnapshot: copyInCloud((cloud: AnyCloud, order: CopyOrder) => copierOf(cloud).begin(order)),
  followCopy: control((cloud: AnyCloud, order: CopyOrder) => copierOf(cloud).follow(order)),
};

type Context = Pick<
  RunContext<typeof snapshotSteps>,
  'runId' | 'startedAt' | 'trigger' | 'steps' | 'progress' | 'sleep'
>;
/** What became of the copy; `where` is the place that the policy names. */
export type CopyEnd = { where: string; name: string; end: SnapshotEnd };

/** Orders a snapshot once, follows it to its end, brings its copy away, and says what there is now. */
export async function snapshotInCloud(context: Context, target: TargetName, kind = ''): Promise<Outcome> {
  if (kind === 'incremental')
    return {
      refused: `the host of ${target.name} makes no increments that could be asked for: say \`backup ${target.name}\` for a snapshot. /db backups ${target.name} policy says what it gives`,
    };
  if (kind === 'copy') return copyNewest(context, target);
  const order = {
    name: snapshotName(target.name, context.runId, context.startedAt),
    run: context.runId,
    leave: leftToPeople(context),
  };
  const step = `Have the cloud make ${order.name}`;
  await context.progress(step, 'in_progress');
  const first = await context.steps.snapshot(target, order);
  const end = await untilWhole(context, step, first, () => context.steps.followSnapshot(target, order));
  if (end.ended === 'refused') return { refused: end.why };
  const places = end.ended === 'taken' ? await context.steps.lookAtCopies(target, null) : { where: null };
  const copied = places.where === null ? null : await copyOf(context, target, places.where, order.name);
  return { done: snapshotReport(target, order, end, { at: context.startedAt, copied }) };
}

/** Brings the newest snapshot of ours to where copies go, where its copy is not there yet. */
async function copyNewest(context: Context, target: TargetName): Promise<Outcome> {
  const { where, newest } = await context.steps.lookAtCopies(target, null);
  if (where === null)
    return {
      refused: `nightshift.yaml names no place for copies of ${target.name}: write backup.copyTo (docs/backups.md)`,
    };
  if (newest === null)
    return { refused: `there is no whole snapshot of ours to copy: say \`backup ${target.name}\` first` };
  const copied = await copyOf(context, target, where, newest);
  if (copied.end.ended === 'refused') return { refused: copied.end.why };
  return { done: copyReport(target, copied, context.startedAt) };
}

async function copyOf(context: Context, target: TargetName, where: string, name: string): Promise<CopyEnd> {
  const order = { name, leave: leftToPeople(context) };
  const step = `Have the cloud copy it to ${where}`;
  await context.progress(step, 'in_progress');
  const first = await context.steps.copySnapshot(target, order);
  const end = await untilWhole(context, step, first, () => context.steps.followCopy(target, order));
  return { where, name, end };
}

/** A schedule does not take the last snapshots of an account: somebody may need one tonight. */
const RESERVE = 10;

function leftToPeople({ trigger }: Pick<Context, 'trigger'>): number {
  return trigger.kind === 'schedule' ? RESERVE : 0;
}

async function copiesIn(snapshots: CloudSnapshots): Promise<{ where: string | null; newest: string | null }> {
  if (!snapshots.copies) return { where: null, newest: null };
  const seen = await snapshots.look();
  const all = 'sample' in seen ? seen.sample.snapshots : [];
  return { where: snapshots.copies.where, newest: newestUsable(all, ['nightshift'])?.name ?? null };
}

function copierOf(cloud: AnyCloud): NonNullable<CloudSnapshots['copies']> {
  const { copies } = snapshotsOf(cloud);
  if (copies) return copies;
  throw new Fault('unsupported', `nightshift.yaml names no place for copies of ${cloud.name}`);
}

function snapshotsOf(cloud: AnyCloud): CloudSnapshots {
  if (cloud.snapshots) return cloud.snapshots;
  throw new Fault('unsupported', `no region is known for ${cloud.name}: set targets.${cloud.name}.region`);
}
