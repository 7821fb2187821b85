import type { FileHandle } from 'node:fs/promises';
import { createChecksums, type Checksums } from '../checksums/checksums.ts';
import { PAGE_BYTES } from '../checksums/page.ts';
import { Damage } from '../damage.ts';
import { isWalSegment } from '../archive/wal.ts';
import { sumText, writeManifest } from '../manifest/write.ts';
import type { ManifestFile } from '../manifest/manifest.ts';
import { BackupDirectory, type OpenFile } from './backup-directory.ts';
import { readChain, withoutParent, type Link } from './chain.ts';
import { FIXED_HEADER_BYTES, headerBytesOf, readIncrementalHeader } from './incremental-header.ts';
import { planFile, type Run, type Version } from './plan.ts';

export type Combined = { files: number; sizeBytes: number };

const PREFIX = 'INCREMENTAL.';
const BLOCK_BYTES = 1024 * 1024;
/** Are written anew. */
const OWN = ['backup_manifest', 'backup_label'];

/**
 * Puts a full backup and its increments together into one that a server can be started on, as pg_combinebackup does. All are
 * directories that were unpacked, the full one first; `into` is new. Every file that is used is compared with the checksum in its
 * manifest; throws `Damage` with the name of what is not as it was sent.
 */
export async function combineBackups(directories: readonly string[], into: string): Promise<Combined> {
  const links = await readChain(directories.map((root) => new BackupDirectory(root)));
  const newest = links.at(-1);
  if (!newest) throw new TypeError('there is nothing to combine');
  return await new Combination(links, newest, new BackupDirectory(into)).run();
}

class Combination {
  readonly #links: readonly Link[];
  readonly #newest: Link;
  readonly #into: BackupDirectory;
  readonly #sums: Checksums = createChecksums(1, BLOCK_BYTES);
  readonly #buffer: Buffer = this.#sums.blocks[0] ?? Buffer.alloc(0);
  readonly #known: ReadonlyMap<string, ManifestFile>[];
  readonly #files: ManifestFile[] = [];

  constructor(links: readonly Link[], newest: Link, into: BackupDirectory) {
    this.#links = links;
    this.#newest = newest;
    this.#into = into;
    this.#known = links.map(({ manifest }) => new Map(manifest.files.map((file) => [file.path, file])));
  }

  async run(): Promise<Combined> {
    await this.#into.makeDirectory('');
    for await (const { path, type } of this.#newest.directory.entries()) {
      if (type === 'directory') await this.#into.makeDirectory(path);
      else if (nameIn(path).startsWith(PREFIX)) await this.#reconstruct(path);
      else if (!OWN.includes(path)) await this.#copy(path);
    }
    await this.#write('backup_label', Buffer.from(withoutParent(this.#newest.label)));
    const manifest = writeManifest({ ...this.#newest.manifest, files: this.#files });
    await this.#write('backup_manifest', manifest);
    const sizeBytes = this.#files.reduce((sum, file) => sum + file.sizeBytes, 0);
    return { files: this.#files.length, sizeBytes };
  }

  /** A file that the newest backup has whole. */
  async #copy(path: string): Promise<void> {
    await using file = await this.#demand(this.#links.length - 1, path);
    const runs = [{ version: 0, position: 0, sizeBytes: file.sizeBytes }];
    const sum = await this.#assemble(path, [file], runs);
    if (isWalSegment(path)) return;
    const known = this.#known.at(-1)?.get(path);
    if (known?.sizeBytes !== file.sizeBytes || known.checksum !== sum) {
      throw new Damage(path, 'it is not what its manifest says');
    }
  }

  async #reconstruct(path: string): Promise<void> {
    await using stack = new AsyncDisposableStack();
    const target = path.slice(0, -nameIn(path).length) + nameIn(path).slice(PREFIX.length);
    const opened: OpenFile[] = [];
    const versions: Version[] = [];
    for (let link = this.#links.length - 1; link >= 0; link--) {
      const whole = await this.#links[link]?.directory.open(target);
      const file = stack.use(whole ?? (await this.#demand(link, path)));
      await this.#verify(link, file);
      opened.push(file);
      if (whole) {
        versions.push({ file: target, whole: { sizeBytes: file.sizeBytes } });
        break;
      }
      versions.push({ file: path, increment: await this.#header(file) });
    }
    await this.#assemble(target, opened, planFile(versions).map(inBytes));
  }

  async #demand(link: number, path: string): Promise<OpenFile> {
    const file = await this.#links[link]?.directory.open(path);
    if (!file) throw new Damage(path, 'a backup of the chain lacks it');
    return file;
  }

  async #header(file: OpenFile): Promise<ReturnType<typeof readIncrementalHeader> & object> {
    const start = Buffer.alloc(Math.min(file.sizeBytes, FIXED_HEADER_BYTES));
    await file.read(start, 0);
    // What is too short or tells of too many blocks is refused before it is read.
    if (start.length === FIXED_HEADER_BYTES) readIncrementalHeader(start, file.sizeBytes, file.path);
    const bytes = start.length < FIXED_HEADER_BYTES ? start : Buffer.alloc(headerBytesOf(start.readUInt32LE(4)));
    await file.read(bytes, 0);
    const header = readIncrementalHeader(bytes, file.sizeBytes, file.path);
    if (header === 'more') throw new Damage(file.path, 'it ends before its blocks');
    return header;
  }

  /** A file of one of the backups against its manifest, before any of it is used. */
  async #verify(link: number, file: OpenFile): Promise<void> {
    const known = this.#known[link]?.get(file.path);
    let sum = -1;
    for (let at = 0; at < file.sizeBytes; at += BLOCK_BYTES) {
      const part = this.#buffer.subarray(0, Math.min(BLOCK_BYTES, file.sizeBytes - at));
      await file.read(part, at);
      sum = this.#add(sum, part);
    }
    if (known?.sizeBytes !== file.sizeBytes || known.checksum !== sumText(~sum)) {
      throw new Damage(file.path, 'it is not what its manifest says');
    }
  }

  /** Writes a file out of parts of others and gives its checksum. */
  async #assemble(path: string, from: readonly OpenFile[], runs: readonly RunOfBytes[]): Promise<string> {
    const handle = await this.#into.create(path);
    let [sum, sizeBytes] = [-1, 0];
    try {
      for (const { version, position, sizeBytes: length } of runs) {
        for (let at = 0; at < length; at += BLOCK_BYTES) {
          const part = this.#buffer.subarray(0, Math.min(BLOCK_BYTES, length - at));
          if (version === 'zeros') part.fill(0);
          else await from[version]?.read(part, position + at);
          sum = this.#add(sum, part);
          await writeAll(handle, part);
        }
        sizeBytes += length;
      }
    } finally {
      await handle.close();
    }
    const checksum = sumText(~sum);
    if (!isWalSegment(path)) this.#files.push({ path, sizeBytes, algorithm: 'CRC32C', checksum });
    return checksum;
  }

  async #write(path: string, bytes: Buffer): Promise<void> {
    const handle = await this.#into.create(path);
    try {
      await writeAll(handle, bytes);
    } finally {
      await handle.close();
    }
    if (path === 'backup_manifest') return;
    this.#buffer.set(bytes);
    const checksum = sumText(~this.#add(-1, this.#buffer.subarray(0, bytes.length)));
    this.#files.push({ path, sizeBytes: bytes.length, algorithm: 'CRC32C', checksum });
  }

  #add(sum: number, bytes: Buffer): number {
    return this.#sums.crc32c(sum, bytes.byteOffset, bytes.byteOffset + bytes.length);
  }
}

type RunOfBytes = { version: number | 'zeros'; position: number; sizeBytes: number };

function inBytes(run: Run): RunOfBytes {
  const sizeBytes = run.blocks * PAGE_BYTES;
  return run.version === 'zeros' ? { version: 'zeros', position: 0, sizeBytes } : { ...run, sizeBytes };
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at)).bytesWritten;
}
