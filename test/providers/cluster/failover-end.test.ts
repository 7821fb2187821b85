import { describe, expect, it } from 'vitest';
import { finish, whyOfAnotherEpoch } from '../../../src/providers/cluster/failover/finish.ts';
import { workOf } from '../../../src/providers/redis-failover/work.ts';
import type { Heard } from '../../../src/providers/redis-heard.ts';
import type { RedisMember, RedisTarget } from '../../../src/targets/redis.ts';

const order = {
  from: 'old',
  to: 'new',
  identity: { 'address of old': '10.0.0.1:6379', 'address of new': '10.0.0.2:6379', 'epoch of the slots': 4 },
  acceptedLoss: { bytes: null, seconds: 5 },
  acceptsTwoWriters: false,
};
const begun = { evidence: [], isFenced: false, loss: 'At most 5 s.' };
const elected = 'n2 10.0.0.2:6379@16379 myself,master - 0 0 5 connected 0-5460\n';

/** A replica that was elected, and what comes back from the old primary. */
function ended(heard: Heard) {
  const to: RedisMember = {
    name: 'new',
    role: 'replica',
    info: async () => ({ role: 'master' }),
    call: async (_, word) => (word === 'NODES' ? elected : 'cluster_state:ok'),
  };
  const target = {
    members: [to],
    unreached: [],
    cluster: { names: { n2: 'new' }, nodes: [] },
  } as unknown as RedisTarget;
  return finish(
    workOf(target, order, async () => heard)!,
    begun,
  );
}

describe('a replica of a shard that may have been elected meanwhile', () => {
  const asked = (epoch: number) =>
    whyOfAnotherEpoch(
      {
        name: 'new',
        role: 'replica',
        info: async () => ({
          role: 'slave',
          master_host: '10.0.0.1',
          master_port: '6379',
          master_link_status: 'down',
          master_replid: 'h1',
          slave_repl_offset: '900',
          repl_backlog_first_byte_offset: '1',
        }),
        call: async () => `n2 10.0.0.2:6379@16379 myself,slave n1 0 0 ${epoch} connected\n`,
      },
      { ...order, identity: { ...order.identity, 'replication id': 'h1', 'log position of new': 900 } },
    );

  it('is as before only with the epoch of the plan', async () => {
    expect(await asked(4)).toBeUndefined();
    expect(await asked(5)).toBe('its slots have another epoch than in the plan.');
  });
});

describe('an old primary of a shard, once another has its slots', () => {
  it('needs a person where it takes writes beside the new one', async () => {
    expect(await ended({ says: 'answer', sentence: '', roleSaid: 'master' })).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringMatching(/^two servers take writes: old is back as a primary beside new/) as string,
      left: [expect.stringMatching(/^Keep clients away from old at once/)],
    });
  });

  it('is away where it does not answer', async () => {
    expect(await ended({ says: 'silence', sentence: '' })).toMatchObject({
      ended: 'failed-over',
      oldPrimary: 'unknown',
      left: [expect.stringMatching(/^When old is back it follows new by itself/)],
    });
  });
});
