import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { RedisBackupRecord, StoredFile } from '../../../src/core/backup.ts';
import type { BackupStore } from '../../../src/core/backup-store.ts';
import { expect } from 'vitest';
import { openTarget } from '../../../src/providers/index.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import type { CopyWork, RedisBackups } from '../../../src/targets/backups.ts';
import type { Credential, TargetSpec } from '../../../src/targets/spec.ts';
import { makeServerDirectory } from '../../servers/room.ts';

export type Server = { spec: TargetSpec; environment: Record<string, string> };
export type Place = { store: BackupStore; directory: string };

/** A target whose data servers have a login for the room that copies; `more` is laid over it. */
export function withCopyLogin(
  { spec, environment }: Server,
  login?: Credential,
  more: Partial<TargetSpec> = {},
): Server {
  const members = spec.members.map((member) =>
    member.role === 'sentinel'
      ? member
      : { ...member, credentials: { ...member.credentials, copy: login ?? member.credentials.read ?? {} } },
  );
  return { spec: { ...spec, members, ...more }, environment };
}

/** Runs what needs snapshots of a target, with the login of the room `copy`. */
export async function withSnapshots<R>(server: Server, use: (backups: RedisBackups) => Promise<R>): Promise<R> {
  const options = {
    secret: async (reference: object) => server.environment['name' in reference ? String(reference.name) : ''] ?? '',
    connectTimeoutMs: 30_000,
    queryTimeoutMs: 30_000,
  };
  const target = await openTarget(server.spec, 'copy', options);
  try {
    if (target.engine !== 'redis' || !target.backups) throw new Error('a Redis that can be copied');
    return await use(target.backups);
  } finally {
    await target.close();
  }
}

export function makeStore(): Place {
  const directory = join(makeServerDirectory('store'), 'primary');
  mkdirSync(directory, { recursive: true });
  return { store: createDirectoryStore({ name: 'primary', directory }), directory };
}

/** Waits until no child is at work: that of a snapshot which was sent or given up ends by itself. */
export async function untilIdle(
  members: readonly { call(...words: [string, ...string[]]): Promise<unknown> }[],
): Promise<void> {
  for (const member of members) {
    await expect
      .poll(async () => String(await member.call('INFO', 'persistence')), { timeout: 60_000 })
      .toContain('rdb_bgsave_in_progress:0');
  }
}

let labels = 0;

export function workIn({ store }: Pick<Place, 'store'>, more: Partial<CopyWork> = {}): CopyWork {
  labels += 1;
  return {
    store,
    label: `20261129T0300${String(labels).padStart(2, '0')}Z-snapshot`,
    run: 'backup-1',
    compression: 'zstd',
    progress: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

export function done(taken: { done: RedisBackupRecord } | { refused: string }): RedisBackupRecord {
  if ('refused' in taken) throw new Error(taken.refused);
  return taken.done;
}

/** Every object of the store by the end of its key. */
export function objectsIn({ directory }: Place, ending: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ending));
}

/** What lies in the store, unpacked into a file that redis-check-rdb has read to its end; and how many keys that found. */
export function unpacked({ directory }: Place, { key }: StoredFile): { path: string; keys: number } {
  const stored = readFileSync(join(directory, key));
  const plain = key.endsWith('.zst') ? zstdDecompressSync(stored) : key.endsWith('.gz') ? gunzipSync(stored) : stored;
  const path = join(makeServerDirectory('rdb'), 'dump.rdb');
  writeFileSync(path, plain);
  const said = execFileSync('redis-check-rdb', [path], { encoding: 'utf8' });
  return { path, keys: Number(/(\d+) keys read/.exec(said)?.[1]) };
}
