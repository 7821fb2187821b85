import { availableParallelism, freemem } from 'node:os';
import type { RedisBackupRecord } from '../../core/backup.ts';
import { bytesText } from '../../core/amount.ts';
import { endPrivateRedis, redisServerHere, startPrivateRedis } from '../../runtime/private-redis.ts';
import { forgottenFolders, makeOwnFolder } from '../own-folder.ts';

/** What a server of this machine made of an RDB; `skipped` is why it was not tried. */
export type LoadedRdb = { keys: number; version: string; seconds: number } | { problem: string } | { skipped: string };

/** In memory a data set takes a multiple of its RDB. https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/memory-optimization/ */
const MEMORY_OF_RDB = 4;
/** What a server loads at least in a second. */
const BYTES_A_SECOND = 10_000_000;
const LEAST_PATIENCE_MS = 60_000;

const places = { prefix: 'nightshift-redis-', note: 'owner.json', longestMs: 86_400_000 };

/**
 * Loads the file `dump.rdb` of a directory into a server of its own that is stopped again, and counts its keys; those that have
 * expired since are counted too.
 */
export async function loadRdb(
  directory: string,
  { plainBytes, keys }: { plainBytes: number; keys?: number },
): Promise<LoadedRdb> {
  const program = redisServerHere();
  if (program === undefined) return { skipped: 'this machine has no redis-server' };
  if (plainBytes * MEMORY_OF_RDB > freemem()) {
    return { skipped: `this machine has ${bytesText(freemem())} of memory free, which may be too little for it` };
  }
  const begunMs = performance.now();
  const patienceMs = LEAST_PATIENCE_MS + (plainBytes / BYTES_A_SECOND) * 1000 * (2 / availableParallelism());
  await reapLoads();
  const server = await startPrivateRedis(program, { directory, own: makeOwnFolder(places) }, patienceMs);
  if ('notStarted' in server) return { problem: `no server can load it: ${server.notStarted}` };
  try {
    const seconds = (performance.now() - begunMs) / 1000;
    const [persistence, about] = [await server.info('persistence'), await server.info('server')];
    const found =
      numberIn(persistence, 'rdb_last_load_keys_loaded') + numberIn(persistence, 'rdb_last_load_keys_expired');
    const version = /^(?:redis|valkey)_version:(\S+)/m.exec(about)?.[1] ?? 'unknown';
    if (keys !== undefined && keys !== found) {
      return { problem: `a server loaded ${found} keys of it, and there were ${keys} when it was made` };
    }
    return { keys: found, version, seconds };
  } finally {
    await server.stop();
  }
}

/** Ends the servers of loads whose process was killed. */
export async function reapLoads(): Promise<void> {
  for (const own of forgottenFolders(places)) await endPrivateRedis(own);
}

function numberIn(info: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}

/** Pure: what was counted of a shard when its snapshot was made, by the name of its file. */
export function keysOf(record: RedisBackupRecord, at: number): { keys?: number } {
  const keys = record.shards[at]?.keys;
  return keys === undefined ? {} : { keys };
}
