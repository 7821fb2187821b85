import { expiredSnapshots, type Expired } from '../backups/snapshots/retention.ts';
import type { Seen } from '../core/check.ts';
import type { CloudSnapshot, SnapshotsLook } from '../core/cloud-snapshot.ts';
import { Fault } from '../core/errors.ts';
import type { ExpiredSnapshots, RemovedSnapshots, SnapshotNames } from '../targets/cloud-snapshots.ts';
import type { TargetSpec } from '../targets/spec.ts';
import type { CloudAccess } from './cloud-access.ts';
import type { OrderAnswer } from './order-once.ts';

type Clock = Pick<CloudAccess, 'now'>;
type Erase = (where: string, snapshot: CloudSnapshot) => Promise<OrderAnswer>;

/** Each is an assumed session and a call: so many fit into a step with patience, and the next run goes on. */
const MOST_AT_ONCE = 20;

/** What of ours the policy no longer wants, by place. */
export function expiredIn(spec: TargetSpec, clock: Clock, said: Seen<SnapshotsLook>): ExpiredSnapshots[] {
  if (!('sample' in said)) {
    const unseen = 'skipped' in said ? `${said.skipped}. ${said.fix}` : said.unreliable;
    return [{ where: spec.provider, unseen }];
  }
  return placesOf(spec, clock, said.sample).map((place) => {
    if ('unseen' in place) return place;
    const shown = (of: Expired['remove']) => of.map(({ snapshot: { name }, why }) => ({ name, why }));
    const { where, remove, keep, heldBack } = place;
    return { where, remove: shown(remove), keep: shown(keep), heldBack };
  });
}

/**
 * Deletes what was approved and a fresh look still finds superfluous: whatever was pinned, proved or lost meanwhile changes that. The
 * oldest first, so that what is cut off leaves the newer ones.
 */
export async function removeExpired(
  spec: TargetSpec,
  clock: Clock,
  said: Seen<SnapshotsLook>,
  approved: SnapshotNames,
  erase: Erase,
): Promise<RemovedSnapshots[]> {
  if (!('sample' in said))
    throw new Fault('target_unreachable', 'skipped' in said ? `${said.skipped}. ${said.fix}` : said.unreliable);
  const places = placesOf(spec, clock, said.sample);
  const ended: RemovedSnapshots[] = [];
  for (const [where, names] of Object.entries(approved)) {
    const place = places.find((one) => one.where === where);
    const expired = place && 'remove' in place ? place.remove : [];
    const going = expired.filter(({ snapshot }) => names.includes(snapshot.name)).slice(0, MOST_AT_ONCE);
    const wanted = names.filter((name) => !expired.some(({ snapshot }) => snapshot.name === name));
    const spared = wanted.map((name) => ({ name, why: 'it is wanted again, or gone already' }));
    const removed: string[] = [];
    let isRefused = false;
    for (const { snapshot } of going) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, the oldest first
      const answer = await erase(where, snapshot);
      if ('taken' in answer) removed.push(snapshot.name);
      else {
        isRefused = true;
        spared.push({ name: snapshot.name, why: answer.refused.replace(/\.$/, '') });
      }
    }
    ended.push({ where, removed, spared, isRefused, isCutShort: going.length + wanted.length < names.length });
  }
  return ended;
}

function placesOf({ name: target, engine, backup: policy }: TargetSpec, { now }: Clock, look: SnapshotsLook) {
  if (policy === undefined)
    throw new Fault(
      'unsupported',
      `nightshift.yaml wants no backups of ${target}, so nothing says which of them expired.`,
    );
  return expiredSnapshots({ target, engine, policy, nowMs: now() }, look);
}
