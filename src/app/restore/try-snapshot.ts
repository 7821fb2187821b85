import { rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesText } from '../../core/amount.ts';
import type { RedisBackupRecord } from '../../core/backup.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { asFault } from '../../core/errors.ts';
import type { TriedSnapshot } from '../../core/steps.ts';
import { redisServerHere } from '../../runtime/private-redis.ts';
import { forgottenFolders, makeOwnFolder } from '../own-folder.ts';
import { keysOf, loadRdb } from './load-rdb.ts';
import { fetchRdb } from './restore-redis.ts';

const places = { prefix: 'nightshift-rdb-', note: 'owner.json', longestMs: 86_400_000 };

/**
 * Fetches every RDB of a snapshot into a temporary directory, one after the other, and loads it into a server of its own; nothing of it
 * stays.
 */
export async function trySnapshot(
  store: ReadableStore,
  record: RedisBackupRecord,
  signal: AbortSignal,
): Promise<TriedSnapshot> {
  if (redisServerHere() === undefined) return { skipped: 'this machine has no redis-server' };
  for (const left of forgottenFolders(places)) rmSync(left, { recursive: true, force: true });
  const directory = makeOwnFolder(places);
  let [keys, seconds, version] = [0, 0, ''];
  try {
    for (const [at, file] of record.files.entries()) {
      signal.throwIfAborted();
      const { bavail, bsize } = await statfs(directory);
      if (bavail * bsize < file.plainBytes)
        return { skipped: `${bytesText(file.plainBytes)} do not fit into ${tmpdir()}` };
      const own = join(directory, String(at));
      await fetchRdb(store, file, own, () => undefined);
      const loaded = await loadRdb(own, { plainBytes: file.plainBytes, ...keysOf(record, at) });
      if ('skipped' in loaded) return loaded;
      if ('problem' in loaded) return { problem: `${record.shards[at]?.member}: ${loaded.problem}` };
      [keys, seconds, version] = [keys + loaded.keys, seconds + loaded.seconds, loaded.version];
      rmSync(own, { recursive: true, force: true });
    }
    return { keys, seconds, version };
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (code !== 'conflict') throw thrown;
    return { problem: message };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
