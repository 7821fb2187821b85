import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, rmdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BackupStore, Pieces, PrunableStore } from '../../core/backup-store.ts';
import { plainKey } from '../objects.ts';
import { asDirectoryFault, isMissing } from './directory-fault.ts';
import { listFiles } from './directory-listing.ts';
import { linkNew, makeDirectory, syncDirectory } from './directory-entries.ts';

/** A name that no key can have: a file that is being written, or was never finished. */
const UNFINISHED = /^\.(.+)\.[0-9a-f-]{36}$/;
const READ_BYTES = 256 * 1024;
/** So much is written before the disk is asked to keep it. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** Backups as files below one directory, which only their owner can read. It is made where it is not there. */
export function createDirectoryStore(where: { name: string; directory: string }): BackupStore & PrunableStore {
  const { name } = where;
  const directory = resolve(where.directory);
  const pathOf = (key: string) => join(directory, plainKey(key));
  const files = (prefix: string) => listFiles(directory, prefix);
  return {
    name,
    put: async (key, pieces) => putFile(pathOf(key), pieces),
    get: async (key, range) => getFile(pathOf(key), range),
    async *list(prefix) {
      for await (const { key, stats } of files(prefix))
        if (!basename(key).startsWith('.')) yield { key, sizeBytes: stats.size, modifiedAt: stats.mtime.toISOString() };
    },
    remove: async (keys) => {
      for (const key of keys) await removeFile(pathOf(key), directory);
      return { hidden: 0 };
    },
    async *unfinished(prefix) {
      for await (const { key, stats } of files(prefix.slice(0, prefix.lastIndexOf('/') + 1))) {
        const [, last = ''] = UNFINISHED.exec(basename(key)) ?? [];
        const wanted = join(dirname(key), last);
        if (last === '' || !wanted.startsWith(prefix)) continue;
        // Not every file system knows when a file was made.
        const begun = stats.birthtimeMs > 0 ? stats.birthtime : stats.mtime;
        const abandon = () => rm(join(directory, key), { force: true });
        yield { key: wanted, begunAt: begun.toISOString(), abandon };
      }
    },
  };
}

type Written = Awaited<ReturnType<BackupStore['put']>>;

/** The file has its name only when all of it is on the disk, and the name is there for good when the directory is, too. */
async function putFile(path: string, pieces: Pieces): Promise<Written> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    const written = await writeDown(await openNew(unfinished), pieces);
    const created = await told(linkNew(unfinished, path));
    await rm(unfinished, { force: true });
    if (created) await told(syncDirectory(dirname(path)));
    return { created, ...written };
  } catch (thrown) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw thrown;
  }
}

/** Whoever deletes takes away empty directories, perhaps between the two calls. */
async function openNew(path: string): Promise<FileHandle> {
  for (let attempt = 1; ; attempt += 1) {
    await told(makeDirectory(dirname(path)));
    try {
      return await open(path, 'wx', 0o400);
    } catch (thrown) {
      if (!isMissing(thrown) || attempt === 3) throw asDirectoryFault(thrown);
    }
  }
}

async function writeDown(file: FileHandle, pieces: Pieces): Promise<{ sizeBytes: number; sha256: string }> {
  const sum = createHash('sha256');
  let sizeBytes = 0;
  let kept: { untilBytes: number; flush: Promise<void> } = { untilBytes: 0, flush: Promise.resolve() };
  try {
    for await (const piece of pieces) {
      sum.update(piece);
      sizeBytes += piece.byteLength;
      await told(writeAll(file, piece));
      if (sizeBytes - kept.untilBytes < FLUSH_BYTES) continue;
      // The disk works while more is written, and whoever else uses this machine keeps its memory.
      await told(kept.flush);
      kept = { untilBytes: sizeBytes, flush: file.datasync() };
      kept.flush.catch(() => undefined);
    }
    await told(kept.flush);
    await told(file.sync());
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: sum.digest('hex') };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += (await file.write(bytes, at)).bytesWritten;
}

async function getFile(path: string, range: { from: number; to?: number } = { from: 0 }): Promise<Pieces | undefined> {
  const { from, to = Infinity } = range;
  try {
    if (!(await stat(path)).isFile()) return undefined;
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw asDirectoryFault(thrown);
  }
  return readFile(path, from, to);
}

async function* readFile(path: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  if (to <= from) return;
  try {
    yield* createReadStream(path, { start: from, end: to - 1, highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    throw asDirectoryFault(thrown);
  }
}

/** And the directories above it that are empty now. */
async function removeFile(path: string, root: string): Promise<void> {
  try {
    await unlink(path);
  } catch (thrown) {
    if (!isMissing(thrown)) throw asDirectoryFault(thrown);
  }
  for (let above = dirname(path); above !== root; above = dirname(above)) {
    const gone = await rmdir(above).then(
      () => true,
      (thrown: unknown) => isMissing(thrown),
    );
    if (!gone) return;
  }
}

/** What the file system refuses, as a fault. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw asDirectoryFault(thrown);
  }
}
