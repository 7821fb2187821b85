import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { walFolder, type System } from '../../../backups/layout.ts';
import { BrokenWal, PageCheck, type WalForm } from '../../../backups/wal/check-pages.ts';
import type { WalHead } from '../../../backups/wal/drain-plan.ts';
import type { PathPart } from '../../../backups/wal/history.ts';
import { segmentName, segmentStart } from '../../../backups/wal/segment.ts';
import { bestOf, storedWal, type StoredWal } from '../../../backups/wal/stored.ts';
import type { BackupStore, Pieces } from '../../../core/backup-store.ts';
import { asFault, Fault } from '../../../core/errors.ts';
import type { SecondWal } from '../../../targets/backups.ts';
import { NEIGHBOURS, storeHistory, walHead } from './wal-head.ts';

export type SecondStore = { from: BackupStore; to: BackupStore; signal: AbortSignal };

/** A look has other things to do, and its room has an end. */
const LONGEST_MS = 240_000;

/** The timelines that the first store has, and up to where. */
export type FirstWal = {
  system: System;
  path: readonly PathPart[];
  history: string | undefined;
  endLsn: bigint;
  form: WalForm;
};

/**
 * Brings what a second store lacks of the WAL from the first one, oldest first, and reads each object back from there. Whatever goes
 * wrong is told and waits for the next time: it goes on where that store ends.
 */
export async function bringWal(stores: SecondStore, wal: FirstWal): Promise<SecondWal> {
  const { to } = stores;
  const brought = { store: to.name, pieces: 0, storedBytes: 0 };
  try {
    const { timeline } = wal.path.at(-1) ?? { timeline: 1 };
    if (wal.history !== undefined && !(await storeHistory(to, wal.system, { timeline, content: wal.history })))
      throw new Fault('conflict', `it knows another timeline ${timeline} of this system`);
    const beganMs = Date.now();
    const pieces = await lacking(stores, wal);
    for (const piece of pieces) {
      if (stores.signal.aborted || Date.now() - beganMs > LONGEST_MS)
        return { ...brought, why: `${pieces.length - brought.pieces} objects are still on their way there` };
      brought.storedBytes += await bringPiece(stores, piece, wal.form);
      brought.pieces += 1;
    }
    return { ...brought, why: null };
  } catch (thrown) {
    return { ...brought, why: thrown instanceof BrokenWal ? thrown.message : asFault(thrown).message };
  }
}

async function lacking({ from, to }: SecondStore, wal: FirstWal): Promise<StoredWal[]> {
  const { system, path, endLsn, form } = wal;
  const head = await walHead(to, system, path, { lsn: endLsn, segmentBytes: form.segmentBytes });
  const first = path.findIndex(({ timeline }) => timeline === head?.timeline);
  const pieces: StoredWal[] = [];
  for (const part of path.slice(Math.max(0, first))) {
    const after = part.timeline === head?.timeline ? head : undefined;
    const best = bestOf(await piecesOf(from, wal, part, after));
    pieces.push(...best.filter((piece) => piece.endLsn > (after?.endLsn ?? 0n)));
  }
  return pieces;
}

/** A store that has some of it is asked only for the neighbourhood of what is next. */
async function piecesOf(
  from: BackupStore,
  { system, endLsn, form: { segmentBytes } }: FirstWal,
  { timeline }: PathPart,
  after: WalHead | undefined,
): Promise<StoredWal[]> {
  const folder = walFolder(system, timeline);
  const prefixes = new Set<string>();
  if (after === undefined) prefixes.add('');
  else
    for (let at = segmentStart(after.endLsn, segmentBytes); at <= endLsn; at += BigInt(segmentBytes))
      prefixes.add(segmentName({ timeline, startLsn: at }, segmentBytes).slice(0, NEIGHBOURS));
  const pieces: StoredWal[] = [];
  for (const prefix of prefixes)
    for await (const object of from.list(`${folder}/${prefix}`)) pieces.push(...known(storedWal(object, segmentBytes)));
  return pieces;
}

function known<V>(value: V | undefined): V[] {
  return value === undefined ? [] : [value];
}

async function bringPiece({ from, to }: SecondStore, piece: StoredWal, form: WalForm): Promise<number> {
  const { key } = piece;
  const stored = await from.get(key);
  if (stored === undefined) throw new Fault('conflict', `${key} is not in the store ${from.name} any more`);
  const { sizeBytes } = await to.put(key, stored);
  const there = await to.get(key);
  if (there === undefined) throw new Fault('conflict', `${key} was put and is not there`);
  await readBack(there, new PageCheck(piece, form), key);
  return sizeBytes;
}

/** Every page has to be where it belongs, and the sum of the object to be right. */
async function readBack(there: Pieces, check: PageCheck, key: string): Promise<void> {
  try {
    await pipeline(copied(there), createZstdDecompress(), async (plain: AsyncIterable<Uint8Array>) => {
      for await (const bytes of plain) check.update(bytes);
    });
  } catch (thrown) {
    if (thrown instanceof Fault || thrown instanceof BrokenWal) throw thrown;
    throw new Fault('conflict', `${key} came back broken: it cannot be unpacked`, { cause: thrown });
  }
  check.end();
}

/** A piece of a store is good only until the next one is asked for. */
async function* copied(pieces: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}
