import { Fault } from '../../core/errors.ts';
import { actInCloud, control, type RunContext, type TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { AnyCloud } from '../../targets/cloud.ts';
import type {
  CloudSnapshots,
  ExpiredSnapshots,
  RemovedSnapshots,
  SnapshotNames,
} from '../../targets/cloud-snapshots.ts';
import { whatIsLeft, type PruneEnded, type PruneLook } from './look.ts';
import { prunePlan, removable } from './plan.ts';
import { expiredReport, prunedReport } from './report.ts';

type CloudArgs = { at: string; snapshots: SnapshotNames };
type Removed = { ended: 'pruned'; places: readonly RemovedSnapshots[] } | Extract<PruneEnded, { why: string }>;

/** What prune does where a cloud hosts the servers: its snapshots and their copies are deleted by the cloud itself. */
export const cloudSteps = {
  lookInCloud: control((cloud: AnyCloud, _args: null): Promise<readonly ExpiredSnapshots[]> =>
    snapshotsOf(cloud).expired(),
  ),
  removeInCloud: actInCloud(
    async (cloud: AnyCloud, { snapshots }: CloudArgs): Promise<Removed> => ({
      ended: 'pruned',
      places: await snapshotsOf(cloud).remove(snapshots),
    }),
    async (): Promise<Removed> => {
      const left = await whatIsLeft();
      return 'why' in left ? left : { ended: 'cut-off', why: 'it was cut off' };
    },
  ),
};

type Context = Pick<RunContext<typeof cloudSteps>, 'runId' | 'startedAt' | 'steps' | 'approval' | 'progress'>;

/** Shows which snapshots of ours expired, and with `apply` deletes exactly these, after a look that is fresh. */
export async function pruneInCloud(context: Context, target: TargetName, isApplied: boolean): Promise<Outcome> {
  const { runId, startedAt: at } = context;
  const found = await context.steps.lookInCloud(target, null);
  const look: PruneLook = { at, stores: found.map(storeOf) };
  const about = { target: target.name, at };
  const going = removable(look);
  if (!isApplied || going.length === 0) return { done: expiredReport(about, look) };
  const places = found.flatMap((one) => ('remove' in one && one.remove.length > 0 ? [one] : []));
  const args: CloudArgs = {
    at,
    snapshots: Object.fromEntries(places.map(({ where, remove }) => [where, remove.map(({ name }) => name)])),
  };
  const plan = prunePlan({ runId, startedAt: at, target }, look, args);
  const decision = await context.approval({
    ...plan,
    loss: `${plan.loss} A snapshot that is deleted cannot be brought back.`,
  });
  if ('refused' in decision) return decision;
  await context.progress('Delete what expired', 'in_progress');
  const ended = await context.steps.removeInCloud(target, args, decision.granted);
  const report = prunedReport(about, look, endedOf(ended));
  const isRefused = ended.ended === 'pruned' && ended.places.some((place) => place.isRefused);
  return { done: isRefused ? { ...report, status: 'warning' } : report };
}

/** Pure: a place of snapshots in the words of stores. Sizes are not added up: snapshots share what did not change. */
function storeOf(place: ExpiredSnapshots): PruneLook['stores'][number] {
  if ('unseen' in place) return { store: place.where, unseen: place.unseen };
  const { where, remove, keep, heldBack } = place;
  return {
    store: where,
    sha256: '',
    remove: remove.map(({ name, why }) => ({ label: name, sizeBytes: null, why })),
    removeCount: remove.length,
    keep: keep.map(({ name, why }) => ({ label: name, why })).toReversed(),
    keepCount: keep.length,
    walObjects: 0,
    uploads: 0,
    freedBytes: null,
    heldBack,
    unplanned: remove.length + keep.length === 0 ? 'there is no snapshot of ours' : null,
  };
}

function endedOf(ended: Removed): PruneEnded {
  if (ended.ended === 'cut-off') return ended;
  return {
    ended: 'pruned',
    stores: ended.places.map(({ where, removed, spared, isCutShort }) => ({
      store: where,
      removed,
      spared: spared.map(({ name, why }) => ({ label: name, why })),
      walObjects: 0,
      uploads: 0,
      hidden: 0,
      isCutShort,
    })),
  };
}

function snapshotsOf(cloud: AnyCloud): CloudSnapshots {
  if (cloud.snapshots) return cloud.snapshots;
  throw new Fault('unsupported', `no region is known for ${cloud.name}: set targets.${cloud.name}.region`);
}
