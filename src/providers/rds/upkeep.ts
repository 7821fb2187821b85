import {
  DescribeCertificatesCommand,
  DescribeDBEngineVersionsCommand,
  DescribePendingMaintenanceActionsCommand,
  type PendingMaintenanceAction,
  type RDSClient,
} from '@aws-sdk/client-rds';
import type { PendingWork, PostgresUpkeep } from '../../targets/cloud.ts';
import type { Described } from './instances.ts';

/** The rights that the upkeep of instances needs beside DescribeDBInstances. */
export const UPKEEP_RIGHTS = [
  { action: 'rds:DescribePendingMaintenanceActions', resource: 'db:*' },
  { action: 'rds:DescribeDBEngineVersions', resource: '*' },
  { action: 'rds:DescribeCertificates', resource: '*' },
] as const;

/** What waits to be done to instances. `clusters` are asked for their own pending work, which concerns every member. */
export async function upkeepOf(
  client: RDSClient,
  described: readonly Described[],
  clusters: readonly string[] = [],
): Promise<PostgresUpkeep[]> {
  const identifiers = described.map(({ identifier }) => identifier);
  const [ofInstances, ofClusters, newest, authorities] = await Promise.all([
    pendingWork(client, 'db-instance-id', identifiers),
    clusters.length === 0 ? new Map<string, PendingWork[]>() : pendingWork(client, 'db-cluster-id', clusters),
    newestMinors(client, described),
    authorityEnds(client),
  ]);
  const shared = [...ofClusters.values()].flat();
  return described.map(({ member, identifier, instance }) => ({
    member,
    pending: [...(ofInstances.get(identifier) ?? []), ...shared],
    version: instance.EngineVersion ?? '',
    newerMinor: newest.get(instance.EngineVersion ?? '') ?? null,
    authorityUntil: authorities.get(instance.CACertificateIdentifier ?? '') ?? null,
  }));
}

/** Work that waits, by the name of the resource. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribePendingMaintenanceActions.html */
export async function pendingWork(
  client: RDSClient,
  Name: 'db-instance-id' | 'db-cluster-id',
  Values: readonly string[],
): Promise<Map<string, PendingWork[]>> {
  const { PendingMaintenanceActions = [] } = await client.send(
    new DescribePendingMaintenanceActionsCommand({ Filters: [{ Name, Values: [...Values] }] }),
  );
  return new Map(
    PendingMaintenanceActions.map(({ ResourceIdentifier: arn = '', PendingMaintenanceActionDetails: all = [] }) => [
      arn.slice(arn.lastIndexOf(':') + 1),
      all.map(workOf),
    ]),
  );
}

function workOf(action: PendingMaintenanceAction): PendingWork {
  const { Action: what = '', Description: description = '', CurrentApplyDate, ForcedApplyDate } = action;
  return {
    what,
    description,
    optedInFor: CurrentApplyDate?.toISOString() ?? null,
    forcedAt: ForcedApplyDate?.toISOString() ?? null,
  };
}

/** By the version that runs, the newest one that is no new major: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_UpgradeTarget.html */
async function newestMinors(client: RDSClient, described: readonly Described[]): Promise<Map<string, string>> {
  const running = new Map(
    described.map(({ instance }) => [instance.EngineVersion ?? '', instance.Engine ?? 'postgres']),
  );
  const found = await Promise.all(
    [...running].map(async ([EngineVersion, Engine]) => {
      const { DBEngineVersions: [version] = [] } = await client.send(
        new DescribeDBEngineVersionsCommand({ Engine, EngineVersion, IncludeAll: true }),
      );
      const minors = (version?.ValidUpgradeTarget ?? [])
        .filter(({ IsMajorVersionUpgrade }) => !IsMajorVersionUpgrade)
        .map((target) => target.EngineVersion ?? '');
      return [EngineVersion, minors.toSorted(byNumber).at(-1)] as const;
    }),
  );
  return new Map(found.flatMap(([version, newest]) => (newest === undefined ? [] : [[version, newest] as const])));
}

/** 16.10 is after 16.9. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html */
async function authorityEnds(client: RDSClient): Promise<Map<string, string>> {
  const { Certificates = [] } = await client.send(new DescribeCertificatesCommand({}));
  return new Map(
    Certificates.flatMap(({ CertificateIdentifier: name, ValidTill: until }) =>
      name !== undefined && until !== undefined ? [[name, until.toISOString()] as const] : [],
    ),
  );
}
