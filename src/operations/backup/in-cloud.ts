import { snapshotName } from '../../backups/snapshots/name.ts';
import { Fault } from '../../core/errors.ts';
import { control, copyInCloud, type RunContext, type TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type { CloudSnapshots, SnapshotEnd, SnapshotOrder, SnapshotStanding } from '../../targets/cloud-snapshots.ts';
import { snapshotReport } from './snapshot-report.ts';

/** What a backup does where a cloud hosts the servers: the cloud makes a snapshot, and is asked how far it is. */
export const snapshotSteps = {
  snapshot: copyInCloud((cloud: AnyCloud, order: SnapshotOrder) => snapshotsOf(cloud).take(order)),
  followSnapshot: control((cloud: AnyCloud, order: SnapshotOrder) => snapshotsOf(cloud).follow(order)),
};

type Context = Pick<
  RunContext<typeof snapshotSteps>,
  'runId' | 'startedAt' | 'trigger' | 'steps' | 'progress' | 'sleep'
>;

/** Often at first, because a small one takes minutes; then seldom, because a large one takes hours. Ten hours in all. */
const ROUNDS = [
  { count: 18, seconds: 10 },
  { count: 57, seconds: 60 },
  { count: 108, seconds: 300 },
];
/** One that was never shown after so many questions in a row is gone. */
const MOST_UNSEEN = 20;

/** Orders a snapshot once, follows it to its end, and says what there is now. */
export async function snapshotInCloud(context: Context, target: TargetName, kind: string): Promise<Outcome> {
  if (kind === 'incremental')
    return {
      refused: `the host of ${target.name} makes no increments that could be asked for: say \`backup ${target.name}\` for a snapshot. /db backups ${target.name} policy says what it gives`,
    };
  const order = {
    name: snapshotName(target.name, context.runId, context.startedAt),
    run: context.runId,
    leave: leftToPeople(context),
  };
  const step = `Have the cloud make ${order.name}`;
  await context.progress(step, 'in_progress');
  const end = await untilTaken(context, target, order, step);
  if (end.ended === 'refused') return { refused: end.why };
  return { done: snapshotReport(target, order, end, context.startedAt) };
}

/** A schedule does not take the last snapshots of an account: somebody may need one tonight. */
const RESERVE = 10;

function leftToPeople({ trigger }: Pick<Context, 'trigger'>): number {
  return trigger.kind === 'schedule' ? RESERVE : 0;
}

async function untilTaken(
  context: Context,
  target: TargetName,
  order: SnapshotOrder,
  step: string,
): Promise<SnapshotEnd> {
  let said: SnapshotStanding = await context.steps.snapshot(target, order);
  let told = '';
  let unseen = 0;
  for (const seconds of ROUNDS.flatMap(({ count, seconds: each }) => Array<number>(count).fill(each))) {
    if (said.ended !== 'under-way' && said.ended !== 'unseen') return said;
    if (said.ended === 'under-way' && said.phase !== told) {
      told = said.phase;
      // oxlint-disable-next-line no-await-in-loop -- one round after another
      await context.progress(step, 'in_progress', told);
    }
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    await context.sleep('until the cloud is asked again', seconds);
    // oxlint-disable-next-line no-await-in-loop -- one round after another
    said = await context.steps.followSnapshot(target, order).catch(() => ({ ended: 'unseen' }) as const);
    unseen = said.ended === 'unseen' ? unseen + 1 : 0;
    if (unseen >= MOST_UNSEEN) return { ended: 'failed', why: `${order.name} was ordered, and AWS does not show it.` };
  }
  return 'why' in said || 'snapshot' in said
    ? said
    : { ended: 'failed', why: `It is not whole after ten hours. ${told}` };
}

function snapshotsOf(cloud: AnyCloud): CloudSnapshots {
  if (cloud.snapshots) return cloud.snapshots;
  throw new Fault('unsupported', `no region is known for ${cloud.name}: set targets.${cloud.name}.region`);
}
