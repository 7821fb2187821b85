import { describe, expect, it } from 'vitest';
import { PayloadReader } from '../../../src/providers/redis-backup/payload.ts';

const mark = 'f'.repeat(20) + '0123456789abcdef0123';
const rdb = `REDIS0010${'x'.repeat(100)}${mark.slice(0, 39)}y`;

/** What is read of a stream that comes in pieces of such a length. */
async function read(stream: string, pieceBytes: number) {
  const lines: string[] = [];
  const taken: Buffer[] = [];
  const reader = new PayloadReader((line) => lines.push(line));
  reader.expect({ write: (bytes) => void taken.push(Buffer.from(bytes)) });
  const bytes = Buffer.from(stream, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceBytes) await reader.feed(bytes.subarray(at, at + pieceBytes));
  return { lines, rdb: Buffer.concat(taken).toString('latin1'), isOver: reader.isOver, doneBytes: reader.doneBytes };
}

describe('what a server sends to a replica', () => {
  const hello = '+OK\r\n+FULLRESYNC abc 12\r\n\n\n\n';
  const whole = { lines: ['+OK', '+FULLRESYNC abc 12'], rdb, isOver: true, doneBytes: rdb.length };

  it.each([1, 2, 7, 39, 40, 41, 64, 10_000])(
    'is lines, then an RDB of a known length, in pieces of %i bytes',
    async (n) => {
      expect(await read(`${hello}$${rdb.length}\r\n${rdb}\n\n`, n)).toEqual(whole);
    },
  );
  it.each([1, 2, 7, 39, 40, 41, 64, 10_000])('or one that ends with a mark, in pieces of %i bytes', async (n) => {
    expect(await read(`${hello}$EOF:${mark}\r\n${rdb}${mark}`, n)).toEqual(whole);
  });
  it('is over at the mark, also where line feeds follow', async () => {
    expect(await read(`${hello}$EOF:${mark}\r\n${rdb}${mark}\n\n`, 1000)).toEqual(whole);
  });
  it('is not over before its end', async () => {
    expect((await read(`${hello}$${rdb.length + 1}\r\n${rdb}`, 50)).isOver).toBe(false);
    expect((await read(`${hello}$EOF:${mark}\r\n${rdb}${mark.slice(0, 39)}`, 50)).isOver).toBe(false);
  });
  it('is a refusal where it is one', async () => {
    expect((await read("-NOMASTERLINK Can't SYNC\r\n", 9)).lines).toEqual(["-NOMASTERLINK Can't SYNC"]);
  });
});
