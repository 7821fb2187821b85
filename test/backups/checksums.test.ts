import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createChecksums } from '../../src/backups/checksums/checksums.ts';
import { LEAST_FOLDED_BYTES } from '../../src/backups/checksums/fold.ts';
import { PAGE_BYTES, PAGE_SUM_OFFSETS } from '../../src/backups/checksums/page.ts';

const sums = createChecksums(1, 64 * 1024);
const [block = Buffer.alloc(0)] = sums.blocks;
const at = block.byteOffset;

function noise(seed: string, bytes: number): Buffer {
  const parts = Array.from({ length: Math.ceil(bytes / 32) }, (_, i) =>
    createHash('sha256').update(`${seed}${i}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, bytes);
}

function crc32c(bytes: Buffer): number {
  block.set(bytes);
  return ~sums.crc32c(-1, at, at + bytes.length) >>> 0;
}

function slowCrc32c(bytes: Buffer): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}

function slowPageSum(page: Buffer, number: number): number {
  const mix = (sum: number, value: number) => {
    const mixed = sum ^ value;
    return Math.imul(mixed, 16_777_619) ^ (mixed >>> 17);
  };
  const all = PAGE_SUM_OFFSETS.map((offset, lane) => {
    let sum: number = offset;
    for (let row = 0; row < PAGE_BYTES / 128; row++) {
      const word = page.readUInt32LE(row * 128 + lane * 4);
      sum = mix(sum, row === 0 && lane === 2 ? word & 0xffff_0000 : word);
    }
    return mix(mix(sum, 0), 0);
  });
  return (((all.reduce((a, b) => a ^ b) ^ number) >>> 0) % 65_535) + 1;
}

test('the CRC-32C of known texts is the one of RFC 3720', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

test('a CRC-32C over any length, in any pieces, is the same as bit by bit', () => {
  const least = LEAST_FOLDED_BYTES;
  const lengths = [0, 1, 15, 16, 17, 31, 64, 1000, 8192, least - 1, least, least + 17, 40_001, 3 * least + 5];
  for (const length of lengths) {
    const bytes = noise(`crc${length}`, length);
    expect(crc32c(bytes)).toBe(slowCrc32c(bytes));
    const middle = at + Math.floor(length / 3);
    expect(sums.crc32c(sums.crc32c(-1, at, middle), middle, at + length)).toBe(sums.crc32c(-1, at, at + length));
  }
});

test('the sum of a page is the same as lane by lane, and its own checksum does not count', () => {
  for (const number of [0, 1, 131_071, 4_294_967_294]) {
    const page = noise(`page${number}`, PAGE_BYTES);
    block.set(page, 512);
    expect(sums.pageSum(at + 512, number)).toBe(slowPageSum(page, number));
    expect(block.subarray(512, 512 + PAGE_BYTES).equals(page)).toBe(true);
    block.writeUInt16LE(7, 512 + 8);
    expect(sums.pageSum(at + 512, number)).toBe(slowPageSum(page, number));
  }
});
