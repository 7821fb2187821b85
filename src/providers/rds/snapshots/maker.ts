import type { RDSClient } from '@aws-sdk/client-rds';
import type { AutomatedBackups, CloudSnapshot, SnapshotQuota } from '../../../core/cloud-snapshot.ts';
import { awsRefusal } from '../../aws-refusal.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import type { SnapshotMaker } from '../../take-snapshot.ts';

/** What snapshots of one target work with. */
export type SnapshotWork = { target: string; client: RDSClient; settings: CloudClient; access: CloudAccess };

/** Snapshots of an instance or of a cluster. */
export type RdsMaker = SnapshotMaker & {
  automated: AutomatedBackups;
  /** Null where it may not be asked, or is not told. */
  quota(): Promise<SnapshotQuota | null>;
  notes: readonly string[];
  /** All of them, or as many as are asked for and a page more. */
  all(most: number): Promise<{ snapshots: CloudSnapshot[]; cutShort: boolean }>;
};

/** Pure: whether AWS says that it does not know it. */
export function isAbsent(thrown: unknown): boolean {
  return 'absent' in awsRefusal(thrown);
}

/** Pure: the ARN of a snapshot beside what it is made of: the same partition, region and account. */
export function siblingArn(arn: string, kind: string, name: string): string {
  return [...arn.split(':').slice(0, 5), kind, name].join(':');
}
