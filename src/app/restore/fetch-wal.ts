import { existsSync } from 'node:fs';
import { open, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestoreChoice } from '../../backups/restore/choose.ts';
import { lsnOf } from '../../core/lsn.ts';
import { hex8 } from '../../backups/layout.ts';
import { BrokenWal, PageCheck } from '../../backups/wal/check-pages.ts';
import { segmentName, segmentOf } from '../../backups/wal/segment.ts';
import type { StoredWal } from '../../backups/wal/stored.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { plainBytes } from './stored-file.ts';

const AT_ONCE = 4;
/** Every package of PostgreSQL is built so: https://www.postgresql.org/docs/current/install-make.html */
const WAL_PAGE_BYTES = 8192;

/** Fetches the WAL of a restore as files that a server reads, a few at a time; what is there already is whole and stays. */
export async function fetchWal(
  store: ReadableStore,
  choice: RestoreChoice,
  histories: ReadonlyMap<number, string>,
  into: string,
  count: (storedBytes: number) => void,
): Promise<void> {
  const rest = choice.wal.values();
  const worker = async (): Promise<void> => {
    for (const piece of rest) await fetchSegment(store, choice, piece, into, count);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const { timeline } of choice.path) {
    const text = histories.get(timeline);
    if (text !== undefined) await writeFile(join(into, `${hex8(timeline)}.history`), text, { mode: 0o600 });
  }
}

async function fetchSegment(
  store: ReadableStore,
  choice: RestoreChoice,
  piece: StoredWal,
  into: string,
  count: (storedBytes: number) => void,
): Promise<void> {
  const path = join(into, segmentName(piece, choice.segmentBytes));
  if (existsSync(path)) return count(piece.sizeBytes);
  const form = { systemId: choice.system.systemId, segmentBytes: choice.segmentBytes, pageBytes: WAL_PAGE_BYTES };
  const check = new PageCheck(piece, form);
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    for await (const bytes of plainBytes(store, piece, count)) {
      check.update(bytes);
      await file.appendFile(bytes);
    }
    check.end();
    // A server takes only whole files; behind what was stored, and behind the target, there is nothing in it.
    if (choice.cutLsn !== undefined && lsnOf(choice.cutLsn) < piece.endLsn)
      await file.truncate(Number(lsnOf(choice.cutLsn) - piece.startLsn));
    await file.truncate(choice.segmentBytes);
    await file.sync();
  } catch (thrown) {
    await rm(unfinished, { force: true });
    throw thrown instanceof BrokenWal ? new Fault('conflict', `${piece.key} is broken: ${thrown.message}.`) : thrown;
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}

/**
 * The WAL that came with the backup goes to the other, unless that has the same segment: a server that finds no more in the one place
 * would read on in the other, beyond the target.
 */
export async function moveOwnWal(dataDirectory: string, walDirectory: string, choice: RestoreChoice): Promise<void> {
  const own = join(dataDirectory, 'pg_wal');
  const isNeeded = (name: string) =>
    /^[0-9A-F]{24}$/.test(name) && !existsSync(join(walDirectory, name)) && isWithin(name, choice);
  for (const name of await readdir(own)) {
    if (name === 'archive_status' || name === 'summaries') continue;
    if (isNeeded(name)) {
      await rename(join(own, name), join(walDirectory, name));
      await cutOff(join(walDirectory, name), name, choice);
    } else await rm(join(own, name), { recursive: true, force: true });
  }
}

/** Nothing beyond the target may be in what the server replays. */
async function cutOff(path: string, name: string, { cutLsn, segmentBytes }: RestoreChoice): Promise<void> {
  const segment = segmentOf(name, segmentBytes);
  if (cutLsn === undefined || segment === undefined) return;
  const keptBytes = lsnOf(cutLsn) - segment.startLsn;
  if (keptBytes < 0n || keptBytes >= BigInt(segmentBytes)) return;
  await truncate(path, Number(keptBytes));
  await truncate(path, segmentBytes);
}

/** Segments of the backup's own WAL; the server may have copied more than that. */
function isWithin(name: string, { chain, segmentBytes }: RestoreChoice): boolean {
  const wal = chain.at(-1)?.wal;
  if (wal === undefined) return false;
  const size = BigInt(segmentBytes);
  const last = ((lsnOf(wal.stopLsn) - 1n) / size) * size;
  return name <= segmentName({ timeline: wal.timeline, startLsn: last }, segmentBytes);
}
