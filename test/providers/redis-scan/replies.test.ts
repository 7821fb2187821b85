import { describe, expect, it } from 'vitest';
import { frame, ReplyError, replyReader, type Reply } from '../../../src/providers/redis-scan/replies.ts';

const text =
  ':12\r\n:-2\r\n$5\r\na\r\nb\xff\r\n$-1\r\n+OK\r\n-NOPERM no\r\n*2\r\n$1\r\n0\r\n*2\r\n$0\r\n\r\n$3\r\nkey\r\n*-1\r\n*0\r\n';
const expected: Reply[] = [12, -2, 'a\r\nb\xff', null, 'OK', new ReplyError('NOPERM no'), ['0', ['', 'key']], null, []];

function readIn(pieces: readonly Buffer[]): Reply[] {
  const replies: Reply[] = [];
  const read = replyReader((reply) => replies.push(reply));
  for (const piece of pieces) read(piece);
  return replies;
}

describe('the bytes of a server', () => {
  const bytes = Buffer.from(text, 'latin1');

  it('become replies, whatever bytes a string holds', () => {
    expect(readIn([bytes])).toEqual(expected);
  });

  it('become the same replies wherever the network cuts them', () => {
    for (let at = 1; at < bytes.length; at += 1) {
      expect(readIn([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(expected);
    }
    expect(readIn([...bytes].map((_, at) => bytes.subarray(at, at + 1)))).toEqual(expected);
  });

  it('and a command is written as the protocol wants it', () => {
    expect(frame('TYPE', 'a\xff')).toBe('*2\r\n$4\r\nTYPE\r\n$2\r\na\xff\r\n');
  });
});
