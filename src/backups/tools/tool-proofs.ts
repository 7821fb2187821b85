import type { Proof } from '../../core/backup.ts';
import type { ReadableStore, StoredObject } from '../../core/backup-store.ts';
import { readProof } from '../catalogue/record.ts';
import { textOf } from '../catalogue/read.ts';
import { placeKey, type ToolPlace } from '../layout.ts';

/** By the label of the backup that they are of. */
export type ToolProofs = ReadonlyMap<string, readonly Proof[]>;

const KEY = /\/base\/([^/]+)\/proof\/[^/]+-([a-z]+\d*)-(L[1-5])\.json$/;
/** Labels sort by time: more than these no tool keeps. */
const MOST = 1000;
const PROOF_BYTES = 1_048_576;

/** What was proved of the backups of a tool, as drills left it in a store of ours: of each backup the newest of each level. What cannot be read proves nothing. */
export async function readToolProofs(
  store: Pick<ReadableStore, 'get' | 'list'>,
  place: ToolPlace,
): Promise<ToolProofs> {
  const newest = new Map<string, { object: StoredObject; label: string }>();
  for await (const object of store.list(`${placeKey(place)}/base/`)) {
    const [, label, of, level] = KEY.exec(object.key) ?? [];
    // Their names begin with their time, and a listing is in the order of names.
    if (label !== undefined) newest.set(`${label} ${of} ${level}`, { object, label });
  }
  const proofs = new Map<string, Proof[]>();
  for (const { object, label } of [...newest.values()].slice(-MOST)) {
    // oxlint-disable-next-line no-await-in-loop -- a handful for each backup that was drilled
    const text = await textOf(store, object, PROOF_BYTES);
    const read = 'read' in text ? readProof(text.read, label) : text;
    if ('read' in read) proofs.set(label, [...(proofs.get(label) ?? []), read.read]);
  }
  return proofs;
}
