import { describe, expect, it } from 'vitest';
import { electsItselfWithin } from '../../../src/providers/cluster/failover/itself.ts';
import { shardAsked } from '../../../src/providers/cluster/failover/shard.ts';
import { voterSign, votersOf } from '../../../src/providers/cluster/failover/votes.ts';
import { parseClusterNodes } from '../../../src/targets/cluster-nodes.ts';
import type { RedisMember } from '../../../src/targets/redis.ts';

const nodesWith = (flags: string, link = 'connected') =>
  parseClusterNodes(
    [
      `a 10.0.0.1:6379@16379 ${flags} - 0 0 1 ${link} 0-5460`,
      'b 10.0.0.2:6379@16379 myself,master - 0 0 2 connected 5461-10922',
      'c 10.0.0.3:6379@16379 master - 0 0 3 connected 10923-16383',
      'd 10.0.0.4:6379@16379 slave a 0 0 1 connected',
      'e 10.0.0.5:6379@16379 slave b 0 0 2 connected',
    ].join('\n'),
  );
const signWith = (flags: string, link?: string) => voterSign('b', 'a', nodesWith(flags, link)[0]).says;

describe('what another primary of a cluster says', () => {
  it('is dead where it suspects or the majority agrees, alive where it hears', () => {
    expect(signWith('master,fail')).toBe('dead');
    expect(signWith('master,fail?', 'disconnected')).toBe('dead');
    expect(signWith('master')).toBe('alive');
    expect(signWith('master', 'disconnected')).toBe('unknown');
    expect(voterSign('b', 'a', undefined).says).toBe('unknown');
  });
  it('and whether it can vote, is counted', () => {
    expect(votersOf(nodesWith('master,fail'))).toEqual({ there: 2, all: 3 });
    expect(votersOf(nodesWith('master'))).toEqual({ there: 3, all: 3 });
  });
});

describe('an election that the cluster holds by itself', () => {
  const election = {
    hasMajority: true,
    silentSeconds: 3,
    nodeTimeoutSeconds: 15,
    validityFactor: 10,
    mayNotStand: false,
  };
  it('is waited for: two timeouts and some seconds', () => {
    expect(electsItselfWithin(election)).toBe(32);
    expect(electsItselfWithin({ ...election, silentSeconds: 36 })).toBeUndefined();
  });
  it('does not come without a majority, from a replica that must not stand, or whose data is too old', () => {
    expect(electsItselfWithin({ ...election, hasMajority: false })).toBeUndefined();
    expect(electsItselfWithin({ ...election, mayNotStand: true })).toBeUndefined();
    expect(electsItselfWithin({ ...election, validityFactor: 1, silentSeconds: 26 })).toBeUndefined();
    expect(electsItselfWithin({ ...election, validityFactor: 0, silentSeconds: 26 })).toBe(9);
  });
});

describe('the shard that is meant', () => {
  const specs = [1, 2, 3, 4, 5].map((n) => ({
    name: `n${n}`,
    role: 'primary' as const,
    host: `10.0.0.${n}`,
    port: 6379,
    credentials: {},
  }));
  const target = (...there: string[]) => ({
    name: 'shop',
    cluster: { nodes: nodesWith('master,fail'), names: { b: 'n2', c: 'n3', d: 'n4', e: 'n5' } },
    members: there.map((name) => ({ name }) as RedisMember),
  });
  it('is the only one whose primary does not answer, by the name that the config has for it', () => {
    expect(shardAsked(target('n2', 'n3', 'n4', 'n5'), specs, undefined)).toMatchObject({ primary: 'n1' });
  });
  it('has to be named where there are several', () => {
    expect(shardAsked(target('n3', 'n4', 'n5'), specs, undefined)).toMatchObject({
      refused: expect.stringContaining('Name the replica') as string,
    });
    expect(shardAsked(target('n3', 'n4', 'n5'), specs, 'n5')).toMatchObject({ primary: 'n2' });
  });
});
