import { readProof } from '../../backups/catalogue/record.ts';
import type { Proof } from '../../core/backup.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import type { EarlierDrill } from './carry-out.ts';

/** Two years of a drill a week are more than a chart can show. */
const MOST_DRILLS = 60;
const PROOF_BYTES = 1_048_576;

/** The drills before of backups in the store `of`, oldest first, by the proofs that they left; `last` is what the newest of them remembered. */
export async function earlierDrills(
  store: ReadableStore,
  place: string,
  of: string,
): Promise<{ drills: EarlierDrill[]; last: Proof['seen'] | undefined }> {
  const keys: string[] = [];
  const wanted = new RegExp(`/proof/[^/]+-${of}-L3\\.json$`);
  for await (const { key, sizeBytes } of store.list(`${place}/base/`))
    if (wanted.test(key) && sizeBytes <= PROOF_BYTES) keys.push(key);
  const newest = keys.toSorted((one, other) => (timeIn(one) < timeIn(other) ? -1 : 1)).slice(-MOST_DRILLS);
  const read = await Promise.all(newest.map((key) => proofAt(store, key)));
  const proofs = read.filter((proof) => proof !== undefined);
  const drills = proofs.flatMap(({ at, measured: { restoreSeconds, usableSeconds } = {} }) =>
    restoreSeconds === undefined || usableSeconds === undefined ? [] : [{ at, restoreSeconds, usableSeconds }],
  );
  return { drills, last: proofs.findLast(({ seen }) => seen !== undefined)?.seen };
}

/** The names of proofs begin with their time. */
function timeIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

async function proofAt(store: ReadableStore, key: string): Promise<Proof | undefined> {
  const pieces = await store.get(key);
  if (pieces === undefined) return undefined;
  const bytes: Uint8Array[] = [];
  for await (const piece of pieces) bytes.push(Uint8Array.from(piece));
  const read = readProof(Buffer.concat(bytes).toString('utf8'), key.split('/').at(-3) ?? '');
  return 'read' in read ? read.read : undefined;
}
