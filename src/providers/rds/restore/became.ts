import type { DBInstance } from '@aws-sdk/client-rds';
import type { RestoreOrder, RestoreResult } from '../../../targets/cloud-restore.ts';
import { RUN_TAG, tagValue } from '../../snapshot-tags.ts';

/** So long Describe… may be behind an order. */
const UNSEEN_MS = 180_000;
/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html */
const GIVEN_UP =
  /^(failed|incompatible-|insufficient-capacity|restore-error|inaccessible-|storage-full|deleting|stopped)/;

/** Pure: what an instance of the wanted name says of the restore of a run. */
export function restoreBecame(
  { as }: RestoreOrder,
  instance: DBInstance | undefined,
  { run, begunAtMs, nowMs }: { run: string; begunAtMs: number; nowMs: number },
): RestoreResult {
  if (!instance) {
    if (nowMs - begunAtMs < UNSEEN_MS) return { ended: 'under-way', phase: `AWS does not show ${as} yet.` };
    return { ended: 'not-done', why: `AWS shows no instance ${as}: it was not made.` };
  }
  if (tagValue(instance.TagList, RUN_TAG) !== run)
    return { ended: 'not-done', why: `There is an instance ${as} that this run did not make; it was left alone.` };
  const { DBInstanceStatus: status = 'unknown', Endpoint } = instance;
  if (status === 'available')
    return { ended: 'restored', as, address: `${Endpoint?.Address ?? ''}:${Endpoint?.Port ?? ''}`, proof: '' };
  if (GIVEN_UP.test(status)) return { ended: 'failed', why: `AWS says that ${as} is ${status}.` };
  return { ended: 'under-way', phase: `${as} is ${status}.` };
}
