import { createHash } from 'node:crypto';
import { backupKey, doneKey, type Place, type ToolPlace } from '../../backups/layout.ts';
import type { BackupRecord, Proof } from '../../core/backup.ts';
import type { BackupStore, Pieces } from '../../core/backup-store.ts';
import type { Copying } from '../../core/operation.ts';
import { asFault } from '../../core/errors.ts';
import type { AnyTarget } from '../../targets/index.ts';
import { objectsOf } from './records.ts';
import { placeOfRecord, primaryStore, type Refused } from './take.ts';

/** What a reading back of one copy found; `problems` are sentences, none where every byte is as it was written. */
export type ReadBack = { store: string; problems: readonly string[]; bytes: number };
export type ReadArgs = { record: BackupRecord; store: string };

/**
 * Reads every object of a backup back from a store and compares its sum, and keeps what came of it beside the backup, as a proof of
 * level 2. A copy that is not in this store yet is brought there first, from the primary one.
 */
export async function readBack(
  _target: AnyTarget,
  { record, store: name }: ReadArgs,
  copying: Copying,
): Promise<ReadBack | Refused> {
  const store = copying.stores.find((one) => one.name === name);
  if (!store) return { refused: `nightshift.yaml names no ${name} store any more.` };
  const place = placeOfRecord(record);
  const primary = primaryStore(copying);
  const reading: Reading = { record, place, store, copying, doneBytes: 0 };
  if (store !== primary && store.replicated !== true) await bringOver(reading, primary);
  const problems = await differences(reading);
  await keepProof(store, place, proofOf(record, name, copying.runId, problems));
  return { store: name, problems, bytes: record.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
}

type Reading = { record: BackupRecord; place: Place; store: BackupStore; copying: Copying; doneBytes: number };

/** The record last, so that half of a copy is never taken for one. */
async function bringOver(reading: Reading, from: BackupStore): Promise<void> {
  const { record, place, store } = reading;
  const there = await objectsOf(store, place, record.label);
  for (const { key } of record.files) {
    if (there.has(key)) continue;
    const pieces = await from.get(key);
    if (pieces) await store.put(key, counted(reading, pieces));
  }
  const done = await from.get(doneKey(place, record.label));
  if (done && !there.has(doneKey(place, record.label))) await store.put(doneKey(place, record.label), done);
}

async function differences(reading: Reading): Promise<string[]> {
  const { record, store } = reading;
  const problems: string[] = [];
  for (const { key, sizeBytes, sha256 } of record.files) {
    const read = await sumOf(reading, key).catch((thrown: unknown) => asFault(thrown).message);
    const file = key.slice(key.lastIndexOf('/') + 1);
    if (read === undefined) problems.push(`${file} is not in the ${store.name} store.`);
    else if (typeof read === 'string') problems.push(`${file} cannot be read back: ${read}.`);
    else if (read.sizeBytes !== sizeBytes || read.sha256 !== sha256)
      problems.push(`${file} is not what was written: ${read.sizeBytes} bytes with another SHA-256.`);
  }
  return problems;
}

async function sumOf(reading: Reading, key: string): Promise<{ sizeBytes: number; sha256: string } | undefined> {
  const pieces = await reading.store.get(key);
  if (!pieces) return undefined;
  const sum = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of counted(reading, pieces)) {
    sum.update(piece);
    sizeBytes += piece.byteLength;
  }
  return { sizeBytes, sha256: sum.digest('hex') };
}

async function* counted(reading: Reading, pieces: Pieces): AsyncGenerator<Uint8Array> {
  const { copying, record, store } = reading;
  const onceBytes = record.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const totalBytes = store === copying.stores[0] ? onceBytes : 2 * onceBytes;
  for await (const piece of pieces) {
    copying.signal.throwIfAborted();
    reading.doneBytes += piece.byteLength;
    copying.progress({ doneBytes: reading.doneBytes, totalBytes });
    yield piece;
  }
}

function proofOf({ label }: BackupRecord, store: string, run: string, problems: readonly string[]): Proof {
  const at = new Date().toISOString();
  return {
    version: 1,
    label,
    store,
    level: 'L2',
    at,
    run,
    outcome: problems.length === 0 ? 'passed' : 'failed',
    problems,
  };
}

/** Beside the copy that it is about: the ledger of a store is in that store. */
export async function keepProof(store: BackupStore, place: Place | ToolPlace, proof: Proof): Promise<void> {
  const time = proof.at.replaceAll(/[-:]/g, '');
  const key = `${backupKey(place, proof.label)}/proof/${time}-${proof.store}-${proof.level}.json`;
  await store.put(key, once(Buffer.from(JSON.stringify(proof))));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
