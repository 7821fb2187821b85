import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Damage } from '../../../backups/damage.ts';
import { backupKey, type System } from '../../../backups/layout.ts';
import type { PostgresBackupRecord } from '../../../core/backup.ts';
import type { Pieces } from '../../../core/backup-store.ts';
import type { CopyWork } from '../../../targets/backups.ts';
import type { ReplicationConnection } from '../replication/connection.ts';
import { Refused } from './refusal.ts';

/**
 * Tells the server what the parent has, so that it sends only what changed since. 17+.
 * https://www.postgresql.org/docs/current/protocol-replication.html#PROTOCOL-REPLICATION-UPLOAD-MANIFEST
 */
export async function uploadManifest(
  connection: ReplicationConnection,
  { store }: Pick<CopyWork, 'store'>,
  place: System,
  parent: PostgresBackupRecord,
): Promise<void> {
  const key = `${backupKey(place, parent.label)}/backup_manifest.gz`;
  const stored = await store.get(key);
  if (!stored) throw new Refused(`${key} is not in the store ${store.name} any more. Take a full backup.`);
  await connection.send('UPLOAD_MANIFEST', checked(stored, key, parent.manifestSha256));
}

/** What was stored, if it is still what was stored. */
async function* checked(stored: Pieces, key: string, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const plain = createGunzip();
  // What breaks either of the two comes out of reading the last one.
  pipeline(Readable.from(stored), plain, () => undefined);
  try {
    for await (const piece of plain as AsyncIterable<Buffer>) {
      hash.update(piece);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) {
      throw new Damage(key, 'it cannot be decompressed any more');
    }
    throw cause;
  }
  if (hash.digest('hex') !== sha256) throw new Damage(key, 'it is not what was stored');
}
