import type { WalHead } from '../../../backups/wal/drain-plan.ts';
import type { PathPart } from '../../../backups/wal/history.ts';
import { walFolder, type System } from '../../../backups/layout.ts';
import { segmentName, segmentStart } from '../../../backups/wal/segment.ts';
import { historyKey, storedWal } from '../../../backups/wal/stored.ts';
import type { BackupStore } from '../../../core/backup-store.ts';

/** Cuts a segment's name down to that of 256 neighbours: the end of the store is seldom further from the slot. */
export const NEIGHBOURS = 22;

/** The last that a store has of the timelines of a server, the newest first; undefined where it has nothing of them. */
export async function walHead(
  store: BackupStore,
  system: System,
  path: readonly PathPart[],
  slot: { lsn: bigint; segmentBytes: number },
): Promise<WalHead | undefined> {
  for (const { timeline } of path.toReversed()) {
    const folder = walFolder(system, timeline);
    const near = segmentName({ timeline, startLsn: segmentStart(slot.lsn, slot.segmentBytes) }, slot.segmentBytes);
    const endLsn =
      (await lastEnd(store, `${folder}/${near.slice(0, NEIGHBOURS)}`, slot.segmentBytes)) ??
      (await lastEnd(store, `${folder}/`, slot.segmentBytes));
    if (endLsn !== undefined) return { timeline, endLsn };
  }
  return undefined;
}

async function lastEnd(store: BackupStore, prefix: string, segmentBytes: number): Promise<bigint | undefined> {
  let last: bigint | undefined;
  for await (const object of store.list(prefix)) {
    const endLsn = storedWal(object, segmentBytes)?.endLsn;
    if (endLsn !== undefined && (last === undefined || endLsn > last)) last = endLsn;
  }
  return last;
}

/** Stores the history of a timeline. False where the store knows another timeline of this number. */
export async function storeHistory(
  store: BackupStore,
  system: System,
  history: { timeline: number; content: string },
): Promise<boolean> {
  const key = historyKey(system, history.timeline);
  const known = await store.get(key);
  if (known !== undefined) return (await textOf(known)) === history.content;
  await store.put(key, bytesOf(history.content));
  return true;
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString('utf8');
}
