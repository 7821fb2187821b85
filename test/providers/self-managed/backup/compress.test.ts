import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { unpacked } from '../../../../src/logs/files/compression.ts';
import { inGzip } from '../../../../src/providers/self-managed/backup/compress.ts';
import { ArchiveSink, StoppedReading } from '../../../../src/providers/self-managed/backup/sink.ts';

const BLOCK_BYTES = 256 * 1024;
const noise = randomBytes(BLOCK_BYTES);
const text = Buffer.from('customer, state, note; '.repeat(BLOCK_BYTES)).subarray(0, BLOCK_BYTES);
const blocks = () => Array.from({ length: 3 }, () => Buffer.alloc(BLOCK_BYTES));

/** Writes as a server sends, in pieces that fit no block, and waits where it is told to. */
async function send(sink: ArchiveSink, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += 50_001) await sink.write(bytes.subarray(at, at + 50_001));
  sink.end();
}

describe('a block of a backup', () => {
  it('that is noise is stored by gzip as it is, and one of texts is compressed', async () => {
    expect((await inGzip(noise)).byteLength).toBeGreaterThan(BLOCK_BYTES);
    expect((await inGzip(text)).byteLength).toBeLessThan(BLOCK_BYTES / 20);
    const half = Buffer.concat([text.subarray(0, BLOCK_BYTES / 2), noise.subarray(0, BLOCK_BYTES / 2)]);
    expect((await inGzip(half)).byteLength).toBeLessThan(0.6 * BLOCK_BYTES);
  });

  it.each(['gzip', 'zstd'] as const)('is a part of one archive that %s reads in order', async (compression) => {
    const plain = Buffer.concat([text, noise, text, text, noise, noise.subarray(0, 70_001)]);
    const looked: Buffer[] = [];
    const sink = new ArchiveSink(blocks(), compression, (bytes) => looked.push(Buffer.from(bytes)));
    const [stored] = await Promise.all([buffer(sink.pieces()), send(sink, plain)]);
    expect(Buffer.concat(looked).equals(plain)).toBe(true);
    expect(sink.plainBytes).toBe(plain.length);
    // At once as a whole, and in pieces that fit no frame.
    expect((await buffer(unpacked(Readable.from([stored], { objectMode: false }), compression))).equals(plain)).toBe(
      true,
    );
    const cut = function* () {
      for (let at = 0; at < stored.length; at += 7_919) yield stored.subarray(at, at + 7_919);
    };
    expect((await buffer(unpacked(Readable.from(cut(), { objectMode: false }), compression))).equals(plain)).toBe(true);
  });

  it('waits until the store has taken one before it', async () => {
    const sink = new ArchiveSink(blocks(), 'none', () => undefined);
    const pieces = sink.pieces();
    for (let n = 0; n < 3; n += 1) expect(sink.write(noise)).toBeUndefined();
    const fourth = sink.write(text);
    expect(fourth).toBeInstanceOf(Promise);
    await pieces.next();
    await pieces.next();
    await fourth;
  });

  it('is not waited for where the store reads no further', async () => {
    const sink = new ArchiveSink(blocks(), 'none', () => undefined);
    const pieces = sink.pieces();
    for (let n = 0; n < 3; n += 1) await sink.write(noise);
    await pieces.next();
    await pieces.return(undefined);
    await expect(sink.write(text)).rejects.toBeInstanceOf(StoppedReading);
  });
});
