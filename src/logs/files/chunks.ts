import { open, type FileHandle } from 'node:fs/promises';
import { compressionOf, unpacked } from './compression.ts';

/** A log's bytes, unpacked, and how far its reading has come. */
export type OpenLog = {
  chunks: AsyncIterable<Uint8Array>;
  /** Bytes read so far, as they lie in the file. */
  readonly readBytes: number;
  /** What was wrong with the file, after its last chunk: what was read before is good. */
  readonly problem: string | undefined;
};

/** Short enough to stay in the caches of a processor until it is read. */
const CHUNK_BYTES = 256 * 1024;
const MAGIC_BYTES = 8;

export type Range = { fromByte: number; toByte: number };

/**
 * Opens a log for reading from its beginning to the size that it has now, or a range of it when it is not packed. It never
 * throws: what goes wrong ends the chunks and is the `problem`.
 */
export function openLogFile(path: string, range?: Range): OpenLog {
  const opened = { readBytes: 0, problem: undefined as string | undefined, chunks: chunks() };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'r');
      yield* unpackedWhereNeeded(fileChunks(file, opened, range));
    } catch (thrown) {
      opened.problem = faultText(thrown);
    } finally {
      await file?.close();
    }
  }
  return opened;
}

/** Reads a stream, such as standard input, in the same way. */
export function openLogStream(stream: AsyncIterable<Uint8Array>): OpenLog {
  const opened = { readBytes: 0, problem: undefined as string | undefined, chunks: chunks() };
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      opened.readBytes += chunk.length;
      yield chunk;
    }
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* unpackedWhereNeeded(counted());
    } catch (thrown) {
      opened.problem = faultText(thrown);
    }
  }
  return opened;
}

/** Whole chunks from the same two buffers: one is read while the other one is used. */
async function* fileChunks(
  file: FileHandle,
  opened: { readBytes: number; problem: string | undefined },
  range: Range | undefined,
): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  let at = range?.fromByte ?? 0;
  const end = Math.min(size, range?.toByte ?? size);
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  const read = async (n: number, from: number): Promise<Uint8Array> => {
    const buffer = buffers[n % 2 === 0 ? 0 : 1];
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK_BYTES, end - from), from);
    return buffer.subarray(0, bytesRead);
  };
  let next = read(0, at);
  for (let n = 1; at < end; n++) {
    const chunk = await next;
    if (chunk.length === 0) {
      opened.problem = `it shrank while it was read: ${at} of ${size} bytes were there`;
      return;
    }
    at += chunk.length;
    opened.readBytes += chunk.length;
    next = at < end ? read(n, at) : Promise.resolve(chunk);
    // A fault of the look ahead is heard when its turn comes.
    next.catch(() => {});
    yield chunk;
  }
}

async function* unpackedWhereNeeded(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await beginning(chunks);
  const compression = compressionOf(first);
  if (typeof compression === 'object')
    throw new Error(`it is packed with ${compression.other}: ${compression.program} FILE | npx nightshift logs -`);
  if (compression === 'none') {
    if (first.length > 0) yield first;
    yield* chunks;
  } else yield* unpacked(withFirst(first, chunks), compression);
}

/** The first chunk, or the first ones of a stream that comes by single bytes. */
async function beginning(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < MAGIC_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  return first;
}

async function* withFirst(first: Uint8Array, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The unpacker keeps chunks until their turn comes, so they must not be written over.
  yield Buffer.from(first);
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a directory',
  ESTALE: 'it vanished while it was read',
  EIO: 'the disk failed while it was read',
  Z_BUF_ERROR: 'it is cut off: the packed data ends in the middle',
  Z_DATA_ERROR: 'its packed data is damaged',
};

/** Why a file could not be read, as the rest of a sentence. */
export function faultText(thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message: string };
  return FAULTS[code ?? ''] ?? (code?.startsWith('ZSTD') ? 'its packed data is damaged' : message);
}
