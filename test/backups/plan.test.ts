import { expect, test } from 'vitest';
import { readIncrementalHeader } from '../../src/backups/combine/incremental-header.ts';
import { planFile, type Version } from '../../src/backups/combine/plan.ts';

const whole = (blocks: number): Version => ({ file: '16384', whole: { sizeBytes: blocks * 8192 } });
const increment = (truncationBlocks: number, ...blocks: number[]): Version => ({
  file: 'INCREMENTAL.16384',
  increment: { truncationBlocks, blocks, headerBytes: 8192 },
});

test('a block comes from the newest backup that has it', () => {
  expect(planFile([increment(4, 2), increment(4, 1, 2), whole(4)])).toEqual([
    { blocks: 1, version: 2, position: 0 },
    { blocks: 1, version: 1, position: 8192 },
    { blocks: 1, version: 0, position: 8192 },
    { blocks: 1, version: 2, position: 3 * 8192 },
  ]);
});

test('a file is as long as its newest increment says, or its last block', () => {
  expect(planFile([increment(2), whole(9)])).toEqual([{ blocks: 2, version: 1, position: 0 }]);
  expect(planFile([increment(0), whole(9)])).toEqual([]);
  expect(planFile([increment(1, 2), whole(1)])).toEqual([
    { blocks: 1, version: 1, position: 0 },
    { blocks: 1, version: 'zeros' },
    { blocks: 1, version: 0, position: 8192 },
  ]);
});

test('a block that was cut off in between and came back empty is not taken from before that', () => {
  expect(planFile([increment(4), increment(1), whole(4)])).toEqual([
    { blocks: 1, version: 2, position: 0 },
    { blocks: 3, version: 'zeros' },
  ]);
  expect(planFile([increment(3, 2), increment(1), increment(3, 1), whole(3)])).toEqual([
    { blocks: 1, version: 3, position: 0 },
    { blocks: 1, version: 'zeros' },
    { blocks: 1, version: 0, position: 8192 },
  ]);
});

test('a file that no backup has whole is named', () => {
  expect(() => planFile([increment(4), increment(4)])).toThrow(
    'INCREMENTAL.16384: no backup of the chain has the whole',
  );
});

function header(magic: number, count: number, truncation: number, ...blocks: number[]): Buffer {
  const bytes = Buffer.alloc(Math.max(12, count === 0 ? 12 : 8192));
  [magic, count, truncation, ...blocks].forEach((word, i) => bytes.writeUInt32LE(word, 4 * i));
  return bytes;
}

const MAGIC = 0xd3ae1f0d;

test('the beginning of an increment is read, and waits for the rest of itself', () => {
  const bytes = header(MAGIC, 2, 9, 8, 3);
  expect(readIncrementalHeader(bytes, 8192 * 3, 'x')).toEqual({
    blocks: [8, 3],
    truncationBlocks: 9,
    headerBytes: 8192,
  });
  expect(readIncrementalHeader(bytes.subarray(0, 100), 8192 * 3, 'x')).toBe('more');
  expect(readIncrementalHeader(header(MAGIC, 0, 5), 12, 'x')).toEqual({
    blocks: [],
    truncationBlocks: 5,
    headerBytes: 12,
  });
});

test.each([
  ['another beginning', header(1, 0, 0), 12],
  ['more blocks than a file has', header(MAGIC, 131_073, 0), 12],
  ['a length beyond a file', header(MAGIC, 0, 131_073), 12],
  ['a block beyond a file', header(MAGIC, 1, 0, 131_072), 16_384],
  ['the same block twice', header(MAGIC, 2, 0, 4, 4), 8192 * 3],
  ['fewer blocks than it says', header(MAGIC, 2, 0, 4, 5), 8192 * 2],
  ['nothing', Buffer.alloc(0), 0],
])('an increment with %s is damaged, and named', (_what, bytes, sizeBytes) => {
  expect(() => readIncrementalHeader(bytes, sizeBytes, 'base/1/INCREMENTAL.2')).toThrow('base/1/INCREMENTAL.2: ');
});
