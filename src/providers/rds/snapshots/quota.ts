import { DescribeAccountAttributesCommand, type RDSClient } from '@aws-sdk/client-rds';
import type { SnapshotQuota } from '../../../core/cloud-snapshot.ts';

/** As https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html calls them. */
const WHAT = {
  ManualSnapshots: 'manual snapshots of instances',
  ManualClusterSnapshots: 'manual snapshots of clusters',
} as const;

/** How much of a quota of the account is used up in this region; null where it may not be asked, or is not told. */
export async function quotaOf(client: RDSClient, quota: keyof typeof WHAT): Promise<SnapshotQuota | null> {
  const said = await client.send(new DescribeAccountAttributesCommand({})).catch(() => undefined);
  const found = said?.AccountQuotas?.find(({ AccountQuotaName: name }) => name === quota);
  if (found?.Used === undefined || found.Max === undefined) return null;
  return { what: WHAT[quota], used: found.Used, most: found.Max };
}

/** Pure: how many more there may be. */
export function leftOf(quota: SnapshotQuota | null): number | null {
  return quota && quota.most - quota.used;
}
