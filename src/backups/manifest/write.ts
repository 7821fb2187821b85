import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.ts';

/** A CRC-32C as a manifest writes it: the bytes of the number in the order of the server's memory. */
export function sumText(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(sum | 0);
  return bytes.toString('hex');
}

/** A manifest that pg_verifybackup reads. https://www.postgresql.org/docs/current/backup-manifest-format.html */
export function writeManifest({ systemId, files, wal }: Manifest): Buffer {
  const lines = files.map(({ path, sizeBytes, algorithm, checksum }) =>
    JSON.stringify({ Path: path, Size: sizeBytes, 'Checksum-Algorithm': algorithm, Checksum: checksum }),
  );
  const ranges = wal.map(({ timeline, startLsn, endLsn }) =>
    JSON.stringify({ Timeline: timeline, 'Start-LSN': startLsn, 'End-LSN': endLsn }),
  );
  const head =
    systemId === undefined
      ? '{ "PostgreSQL-Backup-Manifest-Version": 1,'
      : `{ "PostgreSQL-Backup-Manifest-Version": 2,\n"System-Identifier": ${systemId},`;
  const text = `${head}\n"Files": [\n${lines.join(',\n')}\n],\n"WAL-Ranges": [\n${ranges.join(',\n')}\n],\n`;
  return Buffer.from(`${text}"Manifest-Checksum": "${createHash('sha256').update(text).digest('hex')}"}\n`);
}
