import { describe, expect, it } from 'vitest';
import { RdbCheck } from '../../../src/backups/rdb/check.ts';
import { createCrc64 } from '../../../src/backups/rdb/crc64.ts';
import { readRdbHead } from '../../../src/backups/rdb/head.ts';

/** The sum over some bytes, in pieces of such a length. */
function sumOf(bytes: Buffer, pieceBytes: number): bigint {
  const sum = createCrc64(1, 4096);
  const [block] = sum.blocks;
  if (!block) throw new Error('a block');
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(block, 0, at, at + pieceBytes);
    sum.add(block.subarray(0, length));
  }
  return sum.value();
}

describe('the CRC-64 of Redis', () => {
  it('is the one of its own test', () => {
    // https://github.com/redis/redis/blob/7.0/src/crc64.c
    expect(sumOf(Buffer.from('123456789'), 9)).toBe(0xe9c6d914c4b8d9can);
  });
  it('does not depend on where the pieces are cut', () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251));
    const sums = [1, 7, 8, 9, 63, 1024, 4096].map((pieceBytes) => sumOf(bytes, pieceBytes));
    expect(new Set(sums).size).toBe(1);
  });
});

const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
const body = Buffer.concat([
  Buffer.from('REDIS0010'),
  Buffer.from([0xfa]),
  text('redis-ver'),
  text('7.0.15'),
  Buffer.from([0xfa]),
  text('redis-bits'),
  Buffer.from([0xc0, 64]),
  Buffer.from([0xfe, 0, 0xfb, 0x41, 0x00, 3, 0]),
  text('and some keys'),
  Buffer.from([0xff]),
]);

/** With its sum behind it. */
function whole(bytes: Buffer): Buffer {
  const end = Buffer.alloc(8);
  end.writeBigUInt64LE(sumOf(bytes, 4096));
  return Buffer.concat([bytes, end]);
}

function check(bytes: Buffer) {
  const sum = createCrc64(1, 4096);
  const looked = new RdbCheck('shop-cache-2.rdb', sum);
  const [block] = sum.blocks;
  for (let at = 0; at < bytes.length; at += 5) {
    const length = bytes.copy(block as Buffer, 0, at, at + 5);
    looked.feed((block as Buffer).subarray(0, length));
  }
  return looked.finish();
}

describe('an RDB that goes by', () => {
  it('says its version, the keys of its first database, and that its sum is right', () => {
    expect(check(whole(body))).toEqual({
      rdbVersion: 10,
      serverVersion: '7.0.15',
      keys: 256,
      checksum: 'right',
      sizeBytes: body.length + 8,
    });
  });
  it('has no keys where it ends after what it says of itself', () => {
    expect(readRdbHead(Buffer.concat([Buffer.from('REDIS0010'), Buffer.from([0xff])]))?.keys).toBe(0);
  });
  it('may be without a sum, where the server writes none', () => {
    expect(check(Buffer.concat([body, Buffer.alloc(8)])).checksum).toBe('absent');
  });
  it('is damaged where one bit is another', () => {
    const spoiled = Buffer.from(whole(body));
    spoiled[40] = (spoiled[40] ?? 0) ^ 4;
    expect(() => check(spoiled)).toThrow(/shop-cache-2\.rdb: its CRC-64 is wrong/);
  });
  it('is damaged where its end is missing, or it is none', () => {
    expect(() => check(whole(body).subarray(0, -1))).toThrow(/does not end as an RDB does/);
    expect(() => check(Buffer.from('-ERR something else entirely'))).toThrow(/does not begin as an RDB does/);
  });
});
