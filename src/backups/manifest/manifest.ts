import { createHash } from 'node:crypto';
import { Damage } from '../damage.ts';

export type ManifestFile = { path: string; sizeBytes: number; algorithm: string; checksum: string };
export type ManifestWal = { timeline: number; startLsn: string; endLsn: string };

/** https://www.postgresql.org/docs/current/backup-manifest-format.html */
export type Manifest = {
  /** 17+, as text: it does not fit a JSON number. */
  systemId?: string;
  files: readonly ManifestFile[];
  wal: readonly ManifestWal[];
};

type Written = {
  Files?: {
    Path?: string;
    'Encoded-Path'?: string;
    Size: number;
    'Checksum-Algorithm'?: string;
    Checksum?: string;
  }[];
  'WAL-Ranges'?: { Timeline: number; 'Start-LSN': string; 'End-LSN': string }[];
  'Manifest-Checksum'?: string;
};

const NAME = 'backup_manifest';

/** Reads a manifest whose own checksum is right; throws `Damage` for any other. */
export function readManifest(bytes: Buffer): Manifest {
  const written = parsed(bytes);
  const signedBytes = bytes.lastIndexOf('\n', bytes.lastIndexOf('"Manifest-Checksum"')) + 1;
  const sum = createHash('sha256').update(bytes.subarray(0, signedBytes)).digest('hex');
  if (written['Manifest-Checksum'] !== sum) throw new Damage(NAME, 'its own checksum is wrong');
  const systemId = /"System-Identifier"\s*:\s*(\d+)/.exec(bytes.toString('latin1', 0, 4096))?.[1];
  return {
    ...(systemId === undefined ? {} : { systemId }),
    files: (written.Files ?? []).map((file) => ({
      path: file.Path ?? Buffer.from(file['Encoded-Path'] ?? '', 'hex').toString(),
      sizeBytes: file.Size,
      algorithm: file['Checksum-Algorithm'] ?? 'NONE',
      checksum: (file.Checksum ?? '').toLowerCase(),
    })),
    wal: (written['WAL-Ranges'] ?? []).map((range) => ({
      timeline: range.Timeline,
      startLsn: range['Start-LSN'],
      endLsn: range['End-LSN'],
    })),
  };
}

function parsed(bytes: Buffer): Written {
  try {
    return JSON.parse(bytes.toString('utf8')) as Written;
  } catch {
    throw new Damage(NAME, 'it is no whole JSON document');
  }
}
