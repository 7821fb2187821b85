import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Port: a copy of each day of the record, outside the table, which nobody of us changes. */
export type AuditArchive = {
  /** False where that day is there already: it stays as it is. `date` is YYYY-MM-DD, `lines` one entry as JSON each. */
  putDay(date: string, lines: Uint8Array): Promise<boolean>;
};

/** Days as objects of a bucket under Object Lock. `endpoint`: another S3 than that of AWS. */
export type Bucket = { bucket: string; region?: string | undefined; endpoint?: string };

/** Its client is needed once a day, by a function that begins every minute: it is loaded then. */
export function createBucketArchive(where: Bucket): AuditArchive {
  return {
    putDay: async (date, lines) => (await import('./audit-bucket.ts')).putDay(where, archiveKey(date), lines),
  };
}

/** Days as files of a directory, which only their owner can read. */
export function createDirectoryArchive(directory: string): AuditArchive {
  return {
    putDay: async (date, lines) => {
      const path = join(directory, archiveKey(date));
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        await writeFile(path, lines, { flag: 'wx', mode: 0o400 });
        return true;
      } catch (thrown) {
        if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
        throw thrown;
      }
    },
  };
}

/** Pure: `2026/11/2026-11-27.jsonl`. */
export function archiveKey(date: string): string {
  return `${date.slice(0, 4)}/${date.slice(5, 7)}/${date}.jsonl`;
}
