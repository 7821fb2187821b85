import type { Checksums } from '../checksums/checksums.ts';
import { Damage } from '../damage.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { sumText } from '../manifest/write.ts';
import type { TarEntry } from '../tar/header.ts';
import { TarReader } from '../tar/reader.ts';
import { PageCheck } from './pages.ts';
import { relationFile } from './relation-file.ts';
import { isWalSegment, WalCheck } from './wal.ts';

export type BrokenPage = { file: string; block: number };

/** What the server said before the archive came. */
export type ArchiveOrigin = {
  systemId: string;
  startLsn: bigint;
  /** Whether the pages of the cluster bear checksums. */
  checksums: 'on' | 'off';
};

/**
 * Looks at an archive while it goes by: the sum and the size of every file, the checksum of every page, the addresses in its
 * WAL. What is fed lies in the memory of the sums, where a page begins at a multiple of 512. Throws `Damage`.
 */
export class ArchiveCheck {
  readonly #sums: Checksums;
  readonly #origin: ArchiveOrigin;
  readonly #reader: TarReader;
  readonly #wal: WalCheck;
  readonly #seen = new Map<string, { sizeBytes: number; sum: number }>();
  readonly #broken: BrokenPage[] = [];
  #sum = 0;
  #pages: PageCheck | undefined;
  #isWal = false;

  constructor(sums: Checksums, origin: ArchiveOrigin) {
    this.#sums = sums;
    this.#origin = origin;
    this.#wal = new WalCheck(origin.systemId);
    this.#reader = new TarReader({
      begin: (entry) => this.#begin(entry),
      data: (piece, at) => this.#data(piece, at),
      end: (entry) => this.#end(entry),
    });
  }

  feed(bytes: Buffer): void {
    this.#reader.feed(bytes);
  }

  /** Compares all that was seen with what the server says it sent. Gives the number of files that agree. */
  finish(manifest: Manifest): { filesVerified: number; brokenPages: BrokenPage[] | null } {
    this.#reader.finish();
    if (manifest.systemId !== undefined && manifest.systemId !== this.#origin.systemId) {
      throw new Damage('backup_manifest', `it is of the system ${manifest.systemId}`);
    }
    const unknown = new Set(this.#seen.keys());
    for (const file of manifest.files) {
      unknown.delete(file.path);
      this.#compare(file);
    }
    const [more] = unknown;
    if (more !== undefined) throw new Damage(more, 'it came, and the manifest of the server does not know it');
    const missing = this.#wal.missing(manifest.wal);
    if (missing !== undefined) throw new Damage('pg_wal', missing);
    const brokenPages = this.#origin.checksums === 'on' ? this.#broken : null;
    return { filesVerified: manifest.files.length, brokenPages };
  }

  #compare({ path, sizeBytes, algorithm, checksum }: Manifest['files'][number]): void {
    const seen = this.#seen.get(path);
    if (!seen) throw new Damage(path, 'it is in the manifest of the server, and did not come');
    if (seen.sizeBytes !== sizeBytes) {
      throw new Damage(path, `${seen.sizeBytes} bytes came, and the server says that it has ${sizeBytes}`);
    }
    if (algorithm !== 'CRC32C') throw new Damage(path, `its checksum is of another kind (${algorithm})`);
    if (sumText(seen.sum) !== checksum)
      throw new Damage(path, 'what came has another checksum than what the server read');
  }

  #begin(entry: TarEntry): void {
    this.#pages = undefined;
    this.#isWal = false;
    if (entry.type !== 'file') return;
    this.#sum = -1;
    this.#isWal = isWalSegment(entry.name);
    if (this.#isWal) this.#wal.begin(entry);
    const relation = this.#origin.checksums === 'on' ? relationFile(entry.name) : undefined;
    if (relation) this.#pages = new PageCheck(this.#sums, this.#origin.startLsn, relation, entry);
  }

  #data(piece: Buffer, at: number): void {
    if (this.#isWal) return this.#wal.data(piece, at);
    this.#sum = this.#sums.crc32c(this.#sum, piece.byteOffset, piece.byteOffset + piece.length);
    this.#pages?.take(piece);
  }

  #end({ name, type, sizeBytes }: TarEntry): void {
    if (type !== 'file' || this.#isWal) return;
    if (this.#seen.has(name)) throw new Damage(name, 'it came twice');
    this.#seen.set(name, { sizeBytes, sum: ~this.#sum });
    for (const block of this.#pages?.broken ?? []) this.#broken.push({ file: name, block });
  }
}
