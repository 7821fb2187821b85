import { createWriteStream, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Backup, PlaceCatalogue } from '../../backups/catalogue/catalogue.ts';
import { readCatalogue } from '../../backups/catalogue/read.ts';
import { Damage } from '../../backups/damage.ts';
import { RdbCheck } from '../../backups/rdb/check.ts';
import { createCrc64 } from '../../backups/rdb/crc64.ts';
import { rdbName } from '../../backups/rdb/file-name.ts';
import { chooseSnapshot } from '../../backups/restore/choose-snapshot.ts';
import type { RedisBackupRecord, StoredFile } from '../../core/backup.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { bytesText } from '../../core/amount.ts';
import { Fault } from '../../core/errors.ts';
import { keysOf, loadRdb, type LoadedRdb } from './load-rdb.ts';
import type { RestoreListener, RestoreRequest } from './restore.ts';
import { plainBytes } from './stored-file.ts';

/** One shard that lies there: a directory that holds `dump.rdb` alone. */
export type RestoredShard = { member: string; directory: string; loaded: LoadedRdb };
export type RestoredRedis = { record: RedisBackupRecord; proofs: Backup['proofs']; shards: readonly RestoredShard[] };

const BLOCK_BYTES = 256 * 1024;

/** The snapshots that a store has of a target; undefined where it has none, or is of another engine. */
export async function redisPlaceOf(store: ReadableStore, target: string): Promise<PlaceCatalogue | undefined> {
  const { places } = await readCatalogue(store, target, new Date().toISOString());
  return places.findLast(({ place, backups }) => place.engine === 'redis' && backups.length > 0);
}

/**
 * Brings a snapshot into a new directory, checks every byte, and tries it in a server of its own where this machine has one. It is never put in the place of
 * anything. Throws `conflict` for what is broken in the store.
 */
export async function restoreRedis(
  { store, to, label, into }: RestoreRequest,
  place: PlaceCatalogue,
  listener: RestoreListener,
): Promise<{ done: RestoredRedis } | { refused: string }> {
  const chosen = chooseSnapshot(place.backups, to, label);
  if ('refused' in chosen) return chosen;
  const { backup, record } = chosen.done;
  const directory = resolve(into);
  const why = await whyNotInto(directory, record);
  if (why !== undefined) return { refused: why };
  listener.step(`fetching ${record.label}`);
  const total = record.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  const shards: RestoredShard[] = [];
  for (const file of record.files) {
    const own = join(directory, rdbName(file.key));
    await fetchRdb(store, file, own, (bytes) => listener.bytes((done += bytes), total));
    shards.push({ member: rdbName(file.key), directory: own, loaded: { skipped: 'not yet' } });
  }
  listener.step('loading it into a server of its own');
  const loaded: RestoredShard[] = [];
  for (const [at, shard] of shards.entries()) {
    const about = { plainBytes: record.files[at]?.plainBytes ?? 0, ...keysOf(record, at) };
    loaded.push({ ...shard, loaded: await loadRdb(shard.directory, about) });
  }
  return { done: { record, proofs: backup.proofs, shards: loaded } };
}

/** Fetches an RDB into a new directory as `dump.rdb`, and checks it on the way. Throws `conflict` where it is broken. */
export async function fetchRdb(
  store: ReadableStore,
  file: StoredFile,
  directory: string,
  count: (storedBytes: number) => void,
): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const sum = createCrc64(1, BLOCK_BYTES);
  const [block] = sum.blocks;
  if (!block) throw new TypeError('no memory for the sum');
  const check = new RdbCheck(rdbName(file.key), sum);
  const out = createWriteStream(join(directory, 'dump.rdb'), { flags: 'wx', mode: 0o600 });
  try {
    for await (const piece of plainBytes(store, file, count)) {
      for (let at = 0; at < piece.byteLength; at += block.length) {
        const part = piece.subarray(at, at + block.length);
        block.set(part);
        check.feed(block.subarray(0, part.byteLength));
      }
      if (!out.write(piece)) await once(out, 'drain');
    }
    out.end();
    await finished(out);
    check.finish();
  } catch (thrown) {
    out.destroy();
    if (!(thrown instanceof Damage)) throw thrown;
    throw new Fault('conflict', `${file.key} is broken: ${thrown.message}.`, { cause: thrown });
  }
}

async function whyNotInto(directory: string, { files }: RedisBackupRecord): Promise<string | undefined> {
  if (existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0))
    return `${directory} is not empty: a restore never goes over anything. Name a new directory.`;
  const needed = files.reduce((sum, file) => sum + file.plainBytes, 0);
  const { bavail, bsize } = await statfs(existing(directory));
  if (bavail * bsize >= needed) return undefined;
  return `there is not room enough: ${bytesText(needed)} are needed and ${bytesText(bavail * bsize)} are free where ${directory} is to be.`;
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}
