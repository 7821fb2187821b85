import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createChecksums } from '../../backups/checksums/checksums.ts';
import { Damage } from '../../backups/damage.ts';
import { readManifest, type ManifestFile } from '../../backups/manifest/manifest.ts';
import { sumText } from '../../backups/manifest/write.ts';

const BLOCK_BYTES = 1024 * 1024;
const MOST_NAMED = 20;
/** What a restore writes anew. */
const WRITTEN_ANEW =
  /^(?:postgresql(?:\.auto)?\.conf|pg_hba\.conf|pg_ident\.conf|backup_label|tablespace_map|standby\.signal|recovery\.signal)$/;

/**
 * What differs from the manifest that PostgreSQL wrote beside the files, a sentence each: Barman copies files without comparing any sum. None
 * where there is no manifest. https://www.postgresql.org/docs/current/backup-manifest-format.html
 */
export async function differencesFromManifest(data: string, signal?: AbortSignal): Promise<string[]> {
  // Barman puts the name of the backup behind it.
  const name = readdirSync(data).find((one) => /^backup_manifest(?:\.\w+)?$/.test(one));
  if (name === undefined) return [];
  try {
    const files = readManifest(readFileSync(join(data, name))).files.filter((file) => !WRITTEN_ANEW.test(file.path));
    return await differences(data, files, signal);
  } catch (thrown) {
    if (thrown instanceof Damage) return [`${thrown.message}.`];
    throw thrown;
  }
}

async function differences(data: string, files: readonly ManifestFile[], signal?: AbortSignal): Promise<string[]> {
  const sumOf = sums();
  const problems: string[] = [];
  for (const file of files) {
    if (signal?.aborted === true || problems.length >= MOST_NAMED) break;
    // oxlint-disable-next-line no-await-in-loop -- one file after the other, so that little is in memory
    const sum = await sumOf(join(data, file.path), file.algorithm);
    if (sum === undefined) problems.push(`${file.path} is missing among what was restored.`);
    else if (sum.sizeBytes !== file.sizeBytes)
      problems.push(`${file.path} has ${sum.sizeBytes} bytes and had ${file.sizeBytes} when it was backed up.`);
    else if (sum.checksum !== null && sum.checksum !== file.checksum)
      problems.push(`${file.path} is not what was backed up: its checksum (${file.algorithm}) is another.`);
  }
  return problems;
}

type Sum = { sizeBytes: number; checksum: string | null };

/** Gives the sum of a file; undefined where there is none. */
function sums(): (path: string, algorithm: string) => Promise<Sum | undefined> {
  const wasm = createChecksums(1, BLOCK_BYTES);
  const [block] = wasm.blocks;
  if (block === undefined) throw new TypeError('no memory for sums');
  return async (path, algorithm) => {
    const file = await open(path).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const hash = hashOf(algorithm);
      let [crc, sizeBytes] = [-1, 0];
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- into the one block that there is
        const { bytesRead } = await file.read(block, 0, block.length);
        if (bytesRead === 0) break;
        sizeBytes += bytesRead;
        if (hash === undefined) crc = wasm.crc32c(crc, block.byteOffset, block.byteOffset + bytesRead);
        else hash.update(block.subarray(0, bytesRead));
      }
      return { sizeBytes, checksum: algorithm === 'NONE' ? null : (hash?.digest('hex') ?? sumText(~crc)) };
    } finally {
      await file.close();
    }
  };
}

function hashOf(algorithm: string): Hash | undefined {
  return algorithm.startsWith('SHA') ? createHash(algorithm.toLowerCase()) : undefined;
}
