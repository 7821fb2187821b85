import { isUsable, type CloudSnapshot } from '../core/cloud-snapshot.ts';
import type { SnapshotOrder, SnapshotStanding } from '../targets/cloud-snapshots.ts';
import type { OrderAnswer } from './order-once.ts';

/** What differs between clouds: what a snapshot is made of, and by which calls. */
export type SnapshotMaker = {
  source: string;
  /** Why none can be ordered now, as a sentence. */
  whyNot: string | undefined;
  /** How many more the account may have; null where nobody knows. */
  left(): Promise<number | null>;
  named(name: string): Promise<CloudSnapshot | undefined>;
  create(order: SnapshotOrder): Promise<OrderAnswer>;
};

/** What is on its way to be whole. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html names no list; ElastiCache does. */
const ON_ITS_WAY = /^(creating|pending|copying|uploading|exporting|backing-up|modifying)$/;

/** Read, compare, act: orders a snapshot where there is none of this name, and never a second one for the same run. */
export async function takeSnapshot(maker: SnapshotMaker, order: SnapshotOrder): Promise<SnapshotStanding> {
  const there = await maker.named(order.name);
  if (there) return standingOf(there, order);
  if (maker.whyNot !== undefined) return { ended: 'refused', why: maker.whyNot };
  const left = order.leave > 0 ? await maker.left() : null;
  if (left !== null && left <= order.leave)
    return {
      ended: 'refused',
      why: `only ${left} more manual snapshots fit into the quota of the account, and the last ${order.leave} are left to people`,
    };
  const answer = await maker.create(order);
  if ('taken' in answer) return { ended: 'under-way', phase: `AWS has taken the order to make ${order.name}.` };
  // What was ordered a moment ago is refused as being there already, and may not have been shown before.
  const made = await maker.named(order.name).catch(() => undefined);
  if (made && made.run === order.run) return standingOf(made, order);
  return { ended: 'refused', why: answer.refused };
}

/** How far a snapshot is. */
export async function followSnapshot(maker: SnapshotMaker, order: SnapshotOrder): Promise<SnapshotStanding> {
  const there = await maker.named(order.name);
  return there ? standingOf(there, order) : { ended: 'unseen' };
}

/** Pure: what a snapshot of this name means for the run that wants it. */
function standingOf(snapshot: CloudSnapshot, { name, run }: SnapshotOrder): SnapshotStanding {
  const { by, status, percent } = snapshot;
  if (by !== 'nightshift' || snapshot.run !== run)
    return { ended: 'refused', why: `There is a snapshot ${name} that this run did not make; it was left alone.` };
  if (isUsable(snapshot)) return { ended: 'taken', snapshot };
  if (ON_ITS_WAY.test(status) || status === 'available') {
    const far = percent === null || percent === 0 ? '' : `, ${percent} %`;
    return { ended: 'under-way', phase: `${name} is ${status}${far}.` };
  }
  return { ended: 'failed', why: `AWS says that ${name} is ${status}: it is no backup.` };
}
