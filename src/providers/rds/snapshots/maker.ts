import type { RDSClient } from '@aws-sdk/client-rds';
import type { AutomatedBackups, CloudSnapshot, SnapshotQuota } from '../../../core/cloud-snapshot.ts';
import { awsRefusal } from '../../aws-refusal.ts';
import type { CloudAccess, CloudClient } from '../../cloud-access.ts';
import type { OrderAnswer } from '../../order-once.ts';
import type { SnapshotMaker } from '../../take-snapshot.ts';

/** What snapshots of one target work with, in one region. */
export type SnapshotWork = { target: string; client: RDSClient; settings: CloudClient; access: CloudAccess };

/** A copy that is wanted in the region of the work: of which snapshot, and with which key. */
export type RdsCopy = { of: CloudSnapshot; kmsKey: string | null };

/** Snapshots of an instance or of a cluster. */
export type RdsMaker = SnapshotMaker & {
  automated: AutomatedBackups;
  /** Null where it may not be asked, or is not told. */
  quota(): Promise<SnapshotQuota | null>;
  notes: readonly string[];
  /** All of them, or as many as are asked for and a page more. */
  all(most: number): Promise<{ snapshots: CloudSnapshot[]; cutShort: boolean }>;
  /** How many of any source are being made or copied in the region. */
  onTheirWay(): Promise<number>;
  /** Orders a copy of a snapshot of another region. */
  copy(order: RdsCopy): Promise<OrderAnswer>;
  /** Orders that a snapshot be deleted. */
  erase(snapshot: CloudSnapshot): Promise<OrderAnswer>;
};

/** A maker of the same source in whichever region. */
export type MakerIn = (work: SnapshotWork) => RdsMaker;

/** Pure: whether AWS says that it does not know it. */
export function isAbsent(thrown: unknown): boolean {
  return 'absent' in awsRefusal(thrown);
}

/** Pure: the ARN of a snapshot beside what it is made of: the same partition, region and account. */
export function siblingArn(arn: string, kind: string, name: string): string {
  return [...arn.split(':').slice(0, 5), kind, name].join(':');
}

/** Pure: the same name in another region. */
export function arnIn(region: string, arn: string): string {
  return arn
    .split(':')
    .map((part, at) => (at === 3 ? region : part))
    .join(':');
}

/** Pure: whether AWS is still at it. */
export function isOnItsWay(status: string | undefined): boolean {
  return status === 'creating' || status === 'copying' || status === 'pending';
}
