import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
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
      const unfinished = `${path}.${randomUUID()}.unfinished`;
      try {
        await writeDown(unfinished, lines);
        return await linkNew(unfinished, path);
      } finally {
        await rm(unfinished, { force: true });
      }
    },
  };
}

/** On the disk, not on its way there. */
async function writeDown(path: string, lines: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o400);
  try {
    await file.writeFile(lines);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name is given to a file that is whole, and only where there is none: half a day must never be taken for a copy. */
async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

/** Pure: `2026/11/2026-11-27.jsonl`. */
export function archiveKey(date: string): string {
  return `${date.slice(0, 4)}/${date.slice(5, 7)}/${date}.jsonl`;
}
