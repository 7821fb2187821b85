import { describe, expect, test } from 'vitest';
import { BrokenWal, PageCheck } from '../../../src/backups/wal/check-pages.ts';

const MIB = 1024 ** 2;
const SEGMENT = 16 * MIB;
const system = { target: 'shop-db', engine: 'postgres', systemId: '7711457467643058932', major: 18 } as const;
const at = (segments: number, bytes = 0) => BigInt(segments * SEGMENT + bytes);

describe('the pages of WAL', () => {
  const form = { systemId: system.systemId, segmentBytes: SEGMENT, pageBytes: 8192 };
  const of = { timeline: 2, startLsn: at(4), endLsn: at(4, 5 * 8192 + 100) };
  const wal = (change: (bytes: Buffer) => void = () => undefined) => {
    const bytes = Buffer.alloc(5 * 8192 + 100, 7);
    for (let page = 0; page < 6; page += 1) {
      bytes.writeUInt16LE(page === 0 ? 2 : 0, page * 8192 + 2);
      bytes.writeUInt32LE(1, page * 8192 + 4);
      bytes.writeBigUInt64LE(of.startLsn + BigInt(page * 8192), page * 8192 + 8);
    }
    bytes.writeBigUInt64LE(BigInt(system.systemId), 24);
    bytes.writeUInt32LE(SEGMENT, 32);
    change(bytes);
    return bytes;
  };
  const check = (bytes: Buffer, step = 1000) => {
    const pages = new PageCheck(of, form);
    for (let n = 0; n < bytes.length; n += step) pages.update(bytes.subarray(n, n + step));
    pages.end();
  };

  test('are right in pieces of any size', () => {
    for (const step of [1, 23, 24, 39, 40, 41, 8191, 8192, 8193, 1_000_000])
      expect(() => check(wal(), step)).not.toThrow();
  });

  test('may be zeros to the end, where the segment was switched', () => {
    expect(() => check(wal((bytes) => bytes.fill(0, 3 * 8192)))).not.toThrow();
  });

  test.each<[string, (bytes: Buffer) => void, RegExp]>([
    [
      'a page from elsewhere',
      (b) => b.writeBigUInt64LE(at(9), 2 * 8192 + 8),
      /the page at 0\/4004000 says that it is at 0\/9000000/,
    ],
    ['another system', (b) => b.writeBigUInt64LE(5n, 24), /it is of the system 5/],
    ['another size', (b) => b.writeUInt32LE(MIB, 32), /its segments have 1048576 bytes/],
    ['a later timeline', (b) => b.writeUInt32LE(3, 8192 + 4), /a page of timeline 3/],
    ['zeros in the middle', (b) => b.fill(0, 8192, 2 * 8192), /goes on after pages of zeros/],
    ['zeros at once', (b) => b.fill(0), /is broken/],
    ['no long header', (b) => b.writeUInt16LE(0, 2), /does not say of which system/],
  ])('are refused with %s', (_, change, sentence) => {
    expect(() => check(wal(change))).toThrow(BrokenWal);
    expect(() => check(wal(change))).toThrow(sentence);
  });

  test('that are too few or too many are refused', () => {
    expect(() => check(wal().subarray(0, -1))).toThrow(/bytes in place of/);
    expect(() => check(Buffer.concat([wal(), Buffer.alloc(1)]))).toThrow(/bytes in place of/);
  });
});
