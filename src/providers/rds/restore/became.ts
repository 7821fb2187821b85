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
  const early = notYet(as, instance && (instance.TagList ?? []), asking, 'an instance');
  if (early || !instance) return early ?? underWay(as, 'unknown');
  const { DBInstanceStatus: status = 'unknown', Endpoint } = instance;
  if (status === 'available')
    return { ended: 'restored', as, host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 5432, proof: '' };
  return GIVEN_UP.test(status) ? givenUp(as, status) : underWay(as, status);
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
  const early = notYet(as, cluster && (cluster.TagList ?? []), asking, 'a cluster');
  if (early || !cluster) return early ?? underWay(as, 'unknown');
  const { Status: status = 'unknown', Endpoint: host = '', Port: port = 5432 } = cluster;
  if (GIVEN_UP.test(status)) return givenUp(as, status);
  if (status !== 'available') return underWay(as, status);
  const restored = { ended: 'restored', as, host, port, proof: '' } as const;
  if (settings['clusterClass'] !== undefined) return restored;
  if (!instance) return { make: `${as}-1` };
  const said = restoreBecame({ as: `${as}-1`, from: '', settings: {} }, instance, asking);
  return said.ended === 'restored' ? restored : said;
}

function notYet(
  as: string,
  tags: DBInstance['TagList'],
  { run, begunAtMs, nowMs }: Asking,
  kind: string,
): RestoreResult | undefined {
  if (tags !== undefined && tagValue(tags, RUN_TAG) === run) return undefined;
  if (tags !== undefined)
    return { ended: 'not-done', why: `There is ${kind} ${as} that this run did not make; it was left alone.` };
  if (nowMs - begunAtMs < UNSEEN_MS) return { ended: 'under-way', phase: `AWS does not show ${as} yet.` };
  return { ended: 'not-done', why: `AWS does not show ${as}: it was not made.` };
}

function givenUp(as: string, status: string): RestoreResult {
  return { ended: 'failed', why: `AWS says that ${as} is ${status}.` };
}

function underWay(as: string, status: string): RestoreResult {
  return { ended: 'under-way', phase: `${as} is ${status}.` };
}
