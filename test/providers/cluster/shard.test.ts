import { describe, expect, it } from 'vitest';
import { shardOf } from '../../../src/providers/cluster/switchover/look.ts';

describe('a server whose shard is not seen', () => {
  const names = ['shop-cluster-1', 'shop-cluster-4'];

  it('is told to be in between where the cluster knows it', () => {
    expect(shardOf([], 'shop-cluster-4', names)).toEqual({
      refused:
        'shop-cluster-4 is neither a primary with slots nor a replica of one, as the cluster says now: right after a failover that is so for some seconds. Ask again. Name the replica that takes the writes of its shard: there is none.',
    });
  });

  it('is told to be no node where the cluster does not', () => {
    expect(shardOf([], 'shop-cluster-9', names)).toMatchObject({
      refused: expect.stringMatching(/^shop-cluster-9 is no node of this cluster\./) as string,
    });
  });
});
