import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { RestoreOrder, RestoreResult } from '../../../targets/cloud-restore.ts';
import { RUN_TAG, tagValue } from '../../snapshot-tags.ts';

/** So long Describe… may be behind an order. */
const UNSEEN_MS = 180_000;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html */
const GIVEN_UP =
  /^(failed|incompatible-|insufficient-capacity|restore-error|inaccessible-|storage-full|deleting|stopped)/;

type Asking = { run: string; begunAtMs: number; nowMs: number };

/** Pure: what an instance of the wanted name says of the restore of a run. */
export function restoreBecame({ as }: RestoreOrder, instance: DBInstance | undefined, asking: Asking): RestoreResult {
  const early = notYet(as, instance, asking);
  if (early) return early;
  const { Address: host = '', Port: port = 5432 } = instance?.Endpoint ?? {};
  return ofStatus(as, instance?.DBInstanceStatus) ?? { ended: 'restored', as, host, port, proof: '' };
}

/**
 * Pure: the same of a cluster, which is nothing without an instance: `make` is the name of the one that is to be created now. A Multi-AZ
 * cluster brings its own.
 */
export function clusterBecame(
  { as, settings }: RestoreOrder,
  cluster: DBCluster | undefined,
  instance: DBInstance | undefined,
  asking: Asking,
): RestoreResult | { make: string } {
  const early = notYet(as, cluster, asking) ?? ofStatus(as, cluster?.Status);
  if (early) return early;
  const name = `${as}-1`;
  if (settings['clusterClass'] === undefined) {
    if (!instance) return { make: name };
    const said = restoreBecame({ as: name, from: '', settings: {} }, instance, asking);
    if (said.ended !== 'restored') return said;
  }
  const { Endpoint: host = '', Port: port = 5432 } = cluster ?? {};
  return { ended: 'restored', as, host, port, proof: '' };
}

/** What is not there, or of somebody else. */
function notYet(
  as: string,
  made: Pick<DBInstance, 'TagList'> | undefined,
  { run, begunAtMs, nowMs }: Asking,
): RestoreResult | undefined {
  if (made) {
    if (tagValue(made.TagList, RUN_TAG) === run) return undefined;
    return { ended: 'not-done', why: `There is a ${as} that this run did not make; it was left alone.` };
  }
  if (nowMs - begunAtMs < UNSEEN_MS) return { ended: 'under-way', phase: `AWS does not show ${as} yet.` };
  return { ended: 'not-done', why: `AWS does not show ${as}: it was not made.` };
}

/** Undefined where it is available. */
function ofStatus(as: string, status = 'unknown'): RestoreResult | undefined {
  if (status === 'available') return undefined;
  if (GIVEN_UP.test(status)) return { ended: 'failed', why: `AWS says that ${as} is ${status}.` };
  return { ended: 'under-way', phase: `${as} is ${status}.` };
}
