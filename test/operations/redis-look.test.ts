import { describe, expect, it } from 'vitest';
import { proved } from '../../src/operations/switchover/cloud-proof.ts';
import { readersIn, redisPrechecks, type RedisSeen } from '../../src/operations/switchover/redis-look.ts';
import type { CloudSwitchoverEnd } from '../../src/targets/cloud-switchover.ts';

const before: RedisSeen = {
  member: 'shop-cache-1',
  serverRun: 'aa',
  takesWrites: true,
  rivals: [],
  readers: [{ name: '10.0.0.8:6379', bytesBehind: 14 }],
};
const after: RedisSeen = { ...before, member: 'shop-cache-2', serverRun: 'bb' };
const end: CloudSwitchoverEnd = {
  ended: 'switched',
  why: 'It replicates afterwards.',
  lost: 'unknown',
  phases: [],
  writeGapMilliseconds: null,
  evidence: [],
  left: [],
};

describe('what a Redis server says of a switchover in the cloud', () => {
  it('is how far its connected replicas are behind', () => {
    const replication = {
      master_repl_offset: '100',
      slave0: 'ip=10.0.0.8,port=6379,state=online,offset=86,lag=0',
      slave1: 'ip=10.0.0.9,port=6379,state=wait_bgsave,offset=0,lag=0',
    };
    expect(readersIn(replication)).toEqual([{ name: '10.0.0.8:6379', bytesBehind: 14 }]);
  });

  it.each([
    [{ takesWrites: false }, /says that it takes no writes, and the cloud that it is the one that does/],
    [{ rivals: ['shop-cache-3'] }, /^shop-cache-3 takes writes, too/],
    [{ readers: [] }, /^No replica is connected to shop-cache-1/],
  ])('stops it: %o', (change, words) => {
    const stops = redisPrechecks({ ...before, ...change }).filter(({ says }) => says === 'stops');
    expect(stops.map(({ sentence }) => sentence)).toEqual([expect.stringMatching(words)]);
  });

  it('is the proof: the new one takes writes alone', () => {
    expect(proved(end, before, after)).toMatchObject({ ended: 'switched', evidence: ['shop-cache-2 takes writes.'] });
    expect(proved(end, before, { ...after, rivals: ['shop-cache-1'] })).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringContaining('shop-cache-2 takes writes, and so does shop-cache-1.'),
    });
    const undone: CloudSwitchoverEnd = { ...end, ended: 'rolled-back', why: 'AWS refused it.', lost: 'none' };
    expect(proved(undone, before, before)).toMatchObject({ ended: 'rolled-back', lost: 'none' });
    expect(proved(undone, before, { ...before, serverRun: 'cc' })).toMatchObject({ ended: 'needs-a-human' });
  });
});
