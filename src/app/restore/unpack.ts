import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createHash } from 'node:crypto';
import { ArchiveCheck } from '../../backups/archive/check.ts';
import { createChecksums } from '../../backups/checksums/checksums.ts';
import { Damage } from '../../backups/damage.ts';
import { lsnOf } from '../../core/lsn.ts';
import { readManifest } from '../../backups/manifest/manifest.ts';
import { TarReader, type TarTaker } from '../../backups/tar/reader.ts';
import type { PostgresBackupRecord } from '../../core/backup.ts';
import type { ReadableStore } from '../../core/backup-store.ts';
import { Fault } from '../../core/errors.ts';
import { bytesOf } from './read-sources.ts';
import { plainBytes } from './stored-file.ts';

const BLOCK_BYTES = 1024 * 1024;

/**
 * Unpacks one backup into an empty directory and compares every file with the manifest of the server. Throws `conflict` for what is not
 * as it was stored; what lies there then is not to be used.
 */
export async function unpackBackup(
  store: ReadableStore,
  record: PostgresBackupRecord,
  into: string,
  count: (storedBytes: number) => void,
): Promise<void> {
  const archive = record.files.find(({ key }) => /\/base\.tar(\.gz|\.zst)?$/.test(key));
  const listing = record.files.find(({ key }) => /\/backup_manifest(\.gz|\.zst)?$/.test(key));
  if (archive === undefined || listing === undefined)
    throw new Fault('conflict', `${record.label} has no archive or no manifest.`);
  try {
    const manifest = await bytesOf(plainBytes(store, listing, count));
    if (createHash('sha256').update(manifest).digest('hex') !== record.manifestSha256)
      throw new Damage('backup_manifest', 'it is not the one of this backup');
    mkdirSync(into, { recursive: true, mode: 0o700 });
    const sums = createChecksums(1, BLOCK_BYTES);
    const [block] = sums.blocks;
    if (block === undefined) throw new TypeError('no memory for sums');
    const { systemId, wal } = record;
    // What the pages bore was looked at when the backup was made; that they are the same is what the sums of the files say.
    const check = new ArchiveCheck(sums, { systemId, startLsn: lsnOf(wal.startLsn), checksums: 'off' });
    const files = writer(into);
    const tar = new TarReader(files);
    try {
      for await (const piece of plainBytes(store, archive, count)) {
        for (let at = 0; at < piece.byteLength; at += block.length) {
          const part = piece.subarray(at, at + block.length);
          block.set(part);
          check.feed(block.subarray(0, part.byteLength));
          tar.feed(block.subarray(0, part.byteLength));
        }
      }
      tar.finish();
    } finally {
      files.close();
    }
    check.finish(readManifest(manifest));
    writeFile(join(into, 'backup_manifest'), manifest);
  } catch (thrown) {
    if (!(thrown instanceof Damage)) throw thrown;
    throw new Fault('conflict', `${record.label} is broken: ${thrown.message}.`, { cause: thrown });
  }
}

/** `close`: the room of a file that is open is not given back when it is removed. */
function writer(into: string): TarTaker & { close(): void } {
  let open = -1;
  const close = (): void => {
    if (open !== -1) closeSync(open);
    open = -1;
  };
  return {
    close,
    begin({ name, type, target = '', mode }) {
      const path = join(into, name);
      if (type === 'directory') {
        mkdirSync(path, { recursive: true, mode: 0o700 });
        chmodSync(path, mode & 0o750);
      } else if (type === 'link') symlinkSync(target, path);
      else {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        open = openSync(path, 'wx', mode & 0o640);
      }
    },
    data: (piece) => writeAll(open, piece),
    end({ type }) {
      if (type === 'file') close();
    },
  };
}

function writeAll(file: number, piece: Buffer): void {
  for (let at = 0; at < piece.length;) at += writeSync(file, piece, at);
}

function writeFile(path: string, bytes: Buffer): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeAll(file, bytes);
  } finally {
    closeSync(file);
  }
}
