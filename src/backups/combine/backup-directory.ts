import { constants, type Dirent } from 'node:fs';
import { mkdir, open, readdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Damage } from '../damage.ts';

/** One backup that was unpacked, or the place that one is put together in. Paths are as in the archive. */
export class BackupDirectory {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Every file and folder, a folder before what is in it. */
  async *entries(below = ''): AsyncGenerator<{ path: string; type: 'file' | 'directory' }> {
    const found = await readdir(join(this.root, below), { withFileTypes: true });
    for (const entry of found.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      const type = typeOf(entry, path);
      yield { path, type };
      if (type === 'directory') yield* this.entries(path);
    }
  }

  /** Undefined where there is none. */
  async open(path: string): Promise<OpenFile | undefined> {
    try {
      const handle = await open(join(this.root, path), 'r');
      return new OpenFile(path, handle, (await handle.stat()).size);
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
      throw thrown;
    }
  }

  async readWhole(path: string): Promise<Buffer> {
    const file = await this.open(path);
    if (!file) throw new Damage(path, `it is not in ${this.root}`);
    await using _ = file;
    const bytes = Buffer.alloc(file.sizeBytes);
    await file.read(bytes, 0);
    return bytes;
  }

  /** Nothing is ever put over a file that is there. */
  async create(path: string): Promise<FileHandle> {
    await mkdir(dirname(join(this.root, path)), { recursive: true, mode: 0o700 });
    return await open(join(this.root, path), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  }

  async makeDirectory(path: string): Promise<void> {
    await mkdir(join(this.root, path), { recursive: true, mode: 0o700 });
  }
}

export class OpenFile implements AsyncDisposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle, sizeBytes: number) {
    this.path = path;
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  /** Fills `into` from a position; a file that ends before is damaged. */
  async read(into: Buffer, position: number): Promise<void> {
    for (let at = 0; at < into.length;) {
      const { bytesRead } = await this.#handle.read(into, at, into.length - at, position + at);
      if (bytesRead === 0) throw new Damage(this.path, `it ends at ${position + at} bytes`);
      at += bytesRead;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

function typeOf(entry: Dirent, path: string): 'file' | 'directory' {
  if (entry.isDirectory()) return 'directory';
  if (entry.isFile()) return 'file';
  throw new Damage(path, 'it is neither a file nor a folder; backups with tablespaces cannot be combined');
}
