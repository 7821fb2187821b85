import type { RDSClient } from '@aws-sdk/client-rds';
import type { CloudSnapshots, SnapshotStanding } from '../../../targets/cloud-snapshots.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud } from '../../ask-cloud.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import { expiredIn, removeExpired } from '../../expired-snapshots.ts';
import { followSnapshot, takeSnapshot } from '../../take-snapshot.ts';
import { INSTANCES_RIGHT } from '../instances.ts';
import { copyMakerOf, MOST_IN_LINE, workThere } from './copies.ts';
import { lookAt } from './look.ts';
import type { SnapshotWork } from './maker.ts';
import { makerOf } from './source.ts';

const RIGHTS = [
  INSTANCES_RIGHT,
  { action: 'rds:DescribeDBClusters', resource: 'cluster:*' },
  { action: 'rds:DescribeDBSnapshots', resource: 'snapshot:*' },
  { action: 'rds:DescribeDBClusterSnapshots', resource: 'cluster-snapshot:*' },
] as const;

/** Snapshots of a target that RDS or Aurora hosts: of its instance that takes writes, or of its cluster. */
export function openSnapshots(
  spec: TargetSpec,
  access: CloudAccess,
  settings: CloudClient,
  client: RDSClient,
): CloudSnapshots {
  const work: SnapshotWork = { target: spec.name, client, settings, access };
  const look = () => askCloud(spec, access, RIGHTS, () => lookAt(spec, work));
  return {
    look,
    take: async (order): Promise<SnapshotStanding> => {
      const seen = await askCloud(spec, access, RIGHTS, async () => (await makerOf(spec, work))(work));
      if ('sample' in seen) return takeSnapshot(seen.sample, order);
      return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    follow: async (order) => followSnapshot((await makerOf(spec, work))(work), order),
    ...copiesOf(spec, work),
    expired: async () => expiredIn(spec, access, await look()),
    remove: async (approved) => {
      const makerIn = await makerOf(spec, work);
      return removeExpired(spec, access, await look(), approved, async (where, snapshot) => {
        if (where === settings.region) return makerIn(work).erase(snapshot);
        const there = workThere(work, where);
        return makerIn(there)
          .erase(snapshot)
          .finally(() => there.client.destroy());
      });
    },
  };
}

function copiesOf(spec: TargetSpec, work: SnapshotWork): Pick<CloudSnapshots, 'copies'> {
  const place = spec.backup?.copyTo;
  if (place?.kind !== 'region') return {};
  const { region } = place;
  const made = (name: string) => copyMakerOf(spec, work, place, name);
  return {
    copies: {
      where: region,
      begin: async ({ name, leave }): Promise<SnapshotStanding> => {
        const seen = await askCloud(spec, work.access, RIGHTS, () => made(name));
        if (!('sample' in seen))
          return { ended: 'refused', why: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
        const { maker, run, onTheirWay, close } = seen.sample;
        try {
          const there = await maker.named(name);
          if (!there && (await onTheirWay()) >= MOST_IN_LINE)
            return {
              ended: 'refused',
              why: `${MOST_IN_LINE} copies are on their way to ${region}, and AWS takes no more`,
            };
          return await takeSnapshot(maker, { name, run, leave });
        } finally {
          close();
        }
      },
      follow: async ({ name, leave }) => {
        const { maker, run, close } = await made(name);
        return followSnapshot(maker, { name, run, leave }).finally(close);
      },
    },
  };
}
