import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/errors.ts';
import { fenceSince } from '../../../src/providers/redis-switchover/fence.ts';
import { startStopwatch } from '../../../src/providers/redis-switchover/stopwatch.ts';
import { settle } from '../../../src/providers/standalone/switchover/carry-out.ts';
import { finish } from '../../../src/providers/standalone/switchover/finish.ts';
import type { RedisMember, RedisTarget } from '../../../src/targets/redis.ts';

const order = {
  from: 'old',
  to: 'new',
  identity: { 'run id of old': 'aa', 'address of new': '10.0.0.2:6379' },
  deadlineSeconds: 10,
};
const oldPrimary = { role: 'master', run_id: 'aa', master_replid: 'h1', master_repl_offset: '900' };
const follower = {
  role: 'slave',
  run_id: 'aa',
  master_host: '10.0.0.2',
  master_port: '6379',
  master_link_status: 'up',
};
const promoted = { role: 'master', master_replid: 'h2', master_replid2: 'h1', second_repl_offset: '901' };

/** A server that says this of itself, and writes down what it is told. */
function server(name: string, says: Record<string, string>, told: string[] = []): RedisMember {
  let now = says;
  return {
    name,
    role: 'replica',
    info: async () => now,
    call: async (...words: string[]) => {
      told.push(words.join(' '));
      if (words[0] === 'REPLICAOF') now = follower;
      return '';
    },
  };
}
function silent(name: string): RedisMember {
  const away = async (): Promise<never> => {
    throw new Fault('target_unreachable', `${name} is away`);
  };
  return { name, role: 'primary', info: away, call: away };
}
const pairOf = (from: RedisMember, to: RedisMember) => ({
  order,
  from,
  to,
  toAddress: { host: '10.0.0.2', port: '6379' },
  watch: startStopwatch(),
});
const begun = () => ({ heldAtMs: null, evidence: [], fence: fenceSince(null) });

describe('the end of a switchover of a pair', () => {
  it('holds, compares and demotes an old primary that was away and is back', async () => {
    const told: string[] = [];
    const back = async () => ({ member: server('old', oldPrimary, told), close: async () => {} });
    const result = await finish(pairOf(silent('old'), server('new', promoted)), begun(), back);
    expect(result).toMatchObject({ ended: 'switched', lost: 'none', left: [] });
    expect(told.slice(0, 2)).toEqual(['CLIENT PAUSE 60000 WRITE', 'REPLICAOF 10.0.0.2 6379']);
  });

  it('claims nothing about losses where the old primary was a replica already', async () => {
    const none = () => Promise.reject(new Error('nobody is connected to again'));
    const result = await finish(pairOf(server('old', follower), server('new', promoted)), begun(), none);
    expect(result).toMatchObject({ ended: 'switched', lost: 'unknown', why: expect.stringContaining('old was made') });
  });
});

describe('what became of a switchover of a pair', () => {
  it.each([
    ['is not there', []],
    ['does not end the connections of the worker', [silent('new')]],
  ])('is unknown where the new primary %s', async (_, others) => {
    const told: string[] = [];
    const members = [server('old', oldPrimary, told), ...others];
    const none = () => Promise.reject(new Error('nobody is connected to again'));
    expect(await settle({ members } as unknown as RedisTarget, order, none)).toBe('unknown');
    expect(told.filter((one) => one.startsWith('CLIENT UNPAUSE'))).toEqual([]);
  });
});
