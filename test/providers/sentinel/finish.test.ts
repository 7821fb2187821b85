import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/errors.ts';
import { fenceSince } from '../../../src/providers/redis-switchover/fence.ts';
import { startStopwatch } from '../../../src/providers/redis-switchover/stopwatch.ts';
import { finish } from '../../../src/providers/sentinel/switchover/finish.ts';
import type { RedisMember } from '../../../src/targets/redis.ts';

const follower = {
  role: 'slave',
  run_id: 'aa',
  master_host: '10.0.0.2',
  master_port: '6379',
  master_link_status: 'up',
};
const order = { from: 'old', to: 'new', identity: { 'run id of old': 'aa' }, deadlineSeconds: 10 };

/** A server that says this of itself once it has failed to answer for some times, and writes down what it is told. */
function server(name: string, says: Record<string, string>, { failures = 0, told = [] as string[] } = {}): RedisMember {
  let left = failures;
  const answering = async <R>(answer: R): Promise<R> => {
    if ((left -= 1) >= 0) throw new Fault('timed_out', `${name} does not answer`);
    return answer;
  };
  return {
    name,
    role: 'replica',
    info: () => answering(says),
    call: (...words) => answering('').then((answer) => (told.push(words.join(' ')), answer)),
  };
}
/** It sends clients to the new primary. */
const sentinel: RedisMember = {
  name: 's1',
  role: 'sentinel',
  info: async () => ({ sentinel_tilt: '0' }),
  call: async (_, question) => (question === 'GET-MASTER-ADDR-BY-NAME' ? ['10.0.0.2', '6379'] : []),
};
const ended = (from: RedisMember) =>
  finish(
    {
      order,
      from,
      to: server('new', { role: 'master', run_id: 'bb' }),
      toAddress: { host: '10.0.0.2', port: '6379' },
      fromAddress: '10.0.0.1:6379',
      sentinels: [sentinel],
      masterName: 'shop',
      expected: ['s1'],
      watch: startStopwatch(),
    },
    { heldAtMs: 1, evidence: [], ordered: ['s1'], fence: fenceSince(performance.now()) },
    () => Promise.reject(new Error('nobody is connected to again')),
  );

describe('the end of a switchover under Sentinel', () => {
  it('looks again at an old primary that lost its connection for a moment', async () => {
    expect(await ended(server('old', follower, { failures: 1 }))).toMatchObject({ ended: 'switched', lost: 'none' });
  });

  it('leaves one alone that does not answer, and claims nothing about losses', async () => {
    const told: string[] = [];
    const result = await ended(server('old', follower, { failures: 2, told }));
    expect(result).toMatchObject({ ended: 'switched', lost: 'unknown', former: 'old does not follow it yet' });
    expect(told).toEqual([]);
  });
});
