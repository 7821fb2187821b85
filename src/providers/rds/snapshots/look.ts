import type { SnapshotsLook } from '../../../core/cloud-snapshot.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { copiesSeen } from './copies.ts';
import type { SnapshotWork } from './maker.ts';
import { makerOf } from './source.ts';

/** More are not looked at: a person with so many reads no list. */
const MOST_SNAPSHOTS = 500;

/** All that RDS knows of the snapshots of a target, with the copies that the policy asks for. */
export async function lookAt(spec: TargetSpec, work: SnapshotWork): Promise<SnapshotsLook> {
  const makerIn = await makerOf(spec, work);
  const maker = makerIn(work);
  const [{ snapshots, cutShort }, quota, copies] = await Promise.all([
    maker.all(MOST_SNAPSHOTS),
    maker.quota(),
    copiesSeen(spec, work, makerIn, MOST_SNAPSHOTS),
  ]);
  const { automated, source } = maker;
  const oldest = snapshots.filter(({ by, at }) => by === 'cloud' && at !== null).toSorted(byTime)[0]?.at ?? null;
  const { anySecond } = automated;
  const notes = [
    ...maker.notes,
    ...(cutShort ? [`there are more snapshots than the ${MOST_SNAPSHOTS} that were looked at`] : []),
    ...(quota === null ? ['the quota of snapshots is not known: allow rds:DescribeAccountAttributes'] : []),
  ];
  return {
    cloud: spec.provider === 'aurora' ? 'Aurora' : 'RDS',
    region: work.settings.region,
    source,
    snapshots,
    automated: { ...automated, anySecond: anySecond && { ...anySecond, from: anySecond.from ?? oldest } },
    quota,
    ...(copies === undefined ? {} : { copies }),
    notes,
  };
}

function byTime(one: { at: string | null }, other: { at: string | null }): number {
  return (one.at ?? '') < (other.at ?? '') ? -1 : 1;
}
