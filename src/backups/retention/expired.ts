import { createHash } from 'node:crypto';
import type { BackupPolicy } from '../../core/backup-policy.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import type { StoreCatalogue } from '../catalogue/catalogue.ts';
import { readCatalogue } from '../catalogue/read.ts';
import { asOf } from './as-of.ts';
import { retentionPlan, UNFINISHED_DAYS, type RetentionPlan } from './plan.ts';

/** An upload that was begun and never finished; `begunAt` is an ISO time. */
export type Upload = { key: string; begunAt: string; abandon(): Promise<void> };

/** What can go from a store as it was at a time; `sha256` tells this removal from every other one. */
export type Expired = {
  catalogue: StoreCatalogue;
  /** Null where not all of the store was seen: then nothing goes. */
  plan: RetentionPlan | null;
  uploads: readonly Upload[];
  sha256: string;
};

const DAY_MS = 86_400_000;

/** What can go from a store as it was at an ISO time. Looked at again it is the same, unless somebody deleted something since. */
export async function expiredIn(
  store: ReadableStore,
  uploads: readonly Upload[],
  { target, policy, at }: { target: string; policy: BackupPolicy; at: string },
): Promise<Expired> {
  const catalogue = await readCatalogue(asOf(store, at), target, at);
  const nowMs = Date.parse(at);
  const plan = retentionPlan(catalogue, policy, nowMs);
  const old = uploads.filter(({ begunAt }) => nowMs - Date.parse(begunAt) > UNFINISHED_DAYS * DAY_MS);
  return { catalogue, plan, uploads: old, sha256: sumOf(plan, old) };
}

/** Every key that would go, in an order of its own: an approval of it is one of exactly these. */
function sumOf(plan: RetentionPlan | null, uploads: readonly Upload[]): string {
  const keys = plan ? [...plan.remove.flatMap((gone) => gone.keys), ...plan.wal.keys] : [];
  const begun = uploads.map(({ key, begunAt }) => `${key} ${begunAt}`);
  return createHash('sha256')
    .update(JSON.stringify([keys.toSorted(), begun.toSorted()]))
    .digest('hex');
}
