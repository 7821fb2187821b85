import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/core/errors.ts';
import { carryOut, whyNotBeside, type Manner } from '../../../src/providers/redis-failover/carry-out.ts';
import { finish } from '../../../src/providers/redis-failover/finish.ts';
import { settle } from '../../../src/providers/redis-failover/settle.ts';
import { workOf } from '../../../src/providers/redis-failover/work.ts';
import type { Heard } from '../../../src/providers/redis-heard.ts';
import { attempt } from '../../../src/providers/redis-switchover/attempt.ts';
import type { FailoverLook } from '../../../src/targets/failover.ts';
import type { Fence, FenceState } from '../../../src/targets/fence.ts';
import type { RedisMember, RedisTarget } from '../../../src/targets/redis.ts';
import { secondReplica } from './second-replica.ts';

const identity = {
  'address of old': '10.0.0.1:6379',
  'address of new': '10.0.0.2:6379',
  'replication id': 'h1',
  'log position of new': 900,
};
const order = {
  from: 'old',
  to: 'new',
  identity,
  acceptedLoss: { bytes: null, seconds: 5 },
  acceptsTwoWriters: false,
};
const look: FailoverLook = {
  primary: 'old',
  identity,
  signs: ['nightshift', 'new'].map((from) => ({ from, says: 'dead', sentence: '' })),
  candidates: [{ member: 'new', unfit: null, lagBytes: 0 }],
  prechecks: [],
  loss: { bytes: null, seconds: 5, sentence: 'At most 5 s.' },
  fence: { certain: true, sentence: '' },
  steps: [],
  clients: [],
  undo: '',
  facts: [],
};
const replica = {
  role: 'slave',
  master_host: '10.0.0.1',
  master_port: '6379',
  master_link_status: 'down',
  master_link_down_since_seconds: '40',
  slave_repl_offset: '900',
  master_replid: 'h1',
  repl_backlog_first_byte_offset: '1',
};

/** The one that takes over: it writes down what it is told, with the fence. */
function world(
  about: {
    heard?: Heard['says'];
    /** From the promotion on. */
    heardAfter?: Heard;
    closes?: FenceState['says'];
    refuses?: string;
    cuts?: boolean;
    found?: FenceState['says'];
    /** What the replica says otherwise than in the plan. */
    other?: Record<string, string>;
  } = {},
) {
  const told: string[] = [];
  let says: Record<string, string> = { ...replica, ...about.other };
  const to: RedisMember = {
    name: 'new',
    role: 'replica',
    info: async () => says,
    call: async (...words: string[]) => {
      const line = words.join(' ');
      if (about.cuts === false && line.startsWith('CLIENT LIST')) throw new Fault('permission_denied', 'NOPERM');
      if (line === 'CLIENT LIST') return 'id=7 name=nightshift-switchover age=1 ';
      told.push(line);
      if (line === 'REPLICAOF NO ONE' && about.refuses !== undefined)
        throw new Fault('permission_denied', about.refuses);
      if (line === 'REPLICAOF NO ONE') says = { role: 'master', master_replid2: 'h1', second_repl_offset: '901' };
      return 'OK';
    },
  };
  let stands: FenceState['says'] = about.found ?? 'open';
  const now = async (): Promise<FenceState> => ({ says: stands, sentence: `pool-1 is ${stands}.` });
  const fence: Fence = {
    means: 'pool-1 pauses shop',
    look: now,
    close: () => (told.push('close'), (stands = about.closes ?? 'closed'), now()),
    open: () => (told.push('open'), (stands = 'open'), now()),
  };
  const target = {
    members: [to],
    unreached: [],
    ...(about.closes || about.found ? { fence } : {}),
  } as unknown as RedisTarget;
  const hear = async (): Promise<Heard> =>
    (says['role'] === 'master' ? about.heardAfter : undefined) ?? {
      says: about.heard ?? 'silence',
      sentence: 'it answers.',
    };
  return { told, work: (accepted: Partial<typeof order> = {}) => workOf(target, { ...order, ...accepted }, hear)! };
}
const manner: Manner = {
  look: async () => look,
  whyNot: whyNotBeside,
  promote: (to) => attempt(() => to.call('REPLICAOF', 'NO', 'ONE')),
  end: (work, begun) => finish(work, begun, async () => ({ evidence: [], left: [] })),
};
const promotions = (told: readonly string[]) => told.filter((line) => line === 'REPLICAOF NO ONE').length;

describe('a failover that is carried out', () => {
  it('closes the old primary first, and says that it is fenced only where that was answered', async () => {
    const { told, work } = world({ closes: 'closed' });
    expect(await carryOut(work(), manner)).toMatchObject({ ended: 'failed-over', oldPrimary: 'fenced' });
    expect(told.indexOf('close')).toBeLessThan(told.indexOf('REPLICAOF NO ONE'));
    expect(told).not.toContain('open');
  });

  it('promotes nobody where the fence does not answer and nobody accepted two writers, and opens it again', async () => {
    const { told, work } = world({ closes: 'unknown' });
    expect(await carryOut(work(), manner)).toMatchObject({ ended: 'not-done', oldPrimary: 'unknown' });
    expect(promotions(told)).toBe(0);
    expect(told.at(-1)).toBe('open');
    const accepted = world({ closes: 'unknown' });
    const result = await carryOut(accepted.work({ acceptsTwoWriters: true }), manner);
    expect(result).toMatchObject({ ended: 'failed-over', oldPrimary: 'unknown' });
  });

  it.each<[string, string, Heard]>([
    [
      'takes writes again',
      'two servers take writes: old is back as a primary',
      { says: 'answer', sentence: '', roleSaid: 'master' },
    ],
    [
      'answers without saying what it is',
      'old answers again, and may take writes',
      { says: 'answer', sentence: 'NOAUTH.' },
    ],
  ])('needs a person where the old primary %s', async (_, why, heardAfter) => {
    const { work } = world({ heardAfter });
    expect(await carryOut(work({ acceptsTwoWriters: true }), manner)).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringContaining(why) as string,
      oldPrimary: 'unknown',
    });
  });

  it('claims no writes of an old primary that comes back as a replica', async () => {
    const { work } = world({ heardAfter: { says: 'answer', sentence: '', roleSaid: 'slave' } });
    const result = await carryOut(work({ acceptsTwoWriters: true }), manner);
    expect(result).toMatchObject({ ended: 'failed-over', why: null });
    expect(result.left).toEqual([expect.stringMatching(/^old follows another server, and not new\./)]);
  });

  it('promotes nobody when the old primary answers at the last moment', async () => {
    const { told, work } = world({ closes: 'closed', heard: 'answer' });
    expect(await carryOut(work(), manner)).toMatchObject({ ended: 'not-done', why: 'Seen from here: it answers.' });
    expect(promotions(told)).toBe(0);
    expect(told.at(-1)).toBe('open');
  });

  it('takes back what it closed, and not what somebody else had, when the promotion is refused', async () => {
    const ours = world({ closes: 'closed', refuses: 'NOPERM' });
    expect(await carryOut(ours.work(), manner)).toMatchObject({
      ended: 'not-done',
      why: 'new refuses (NOPERM).',
      left: [],
    });
    expect(ours.told.at(-1)).toBe('open');
    const theirs = world({ found: 'closed', refuses: 'NOPERM' });
    expect(await carryOut(theirs.work(), manner)).toMatchObject({ ended: 'not-done' });
    expect(theirs.told).not.toContain('open');
  });
});

describe('another replica', () => {
  const pointed = async (offset: string) => {
    const { told, member } = secondReplica(replica, offset);
    const work = { ...world().work({ acceptsTwoWriters: true }), others: [member] };
    return { told, result: await carryOut(work, manner) };
  };

  it('is left alone where it has more than the new primary, and that is said', async () => {
    const { told, result } = await pointed('950');
    expect(told).not.toContain('REPLICAOF 10.0.0.2 6379');
    expect(result.left).toContainEqual(expect.stringMatching(/^third has 50 bytes of log more than new had .*keep it/));
  });

  it('follows the new primary where it has no more', async () => {
    const { told, result } = await pointed('900');
    expect(told).toContain('REPLICAOF 10.0.0.2 6379');
    expect(result.evidence).toContain('third follows new.');
  });
});

describe('what became of a failover', () => {
  it('is asked after whoever began it was cut off', async () => {
    const { told, work } = world();
    expect(await settle(work(), manner)).toMatchObject({ ended: 'not-done' });
    expect(told).toEqual(['CLIENT KILL ID 7 SKIPME yes']);
  });

  it('is unknown where that cannot be done', async () => {
    expect(await settle(world({ cuts: false }).work(), manner)).toBe('unknown');
  });

  it.each<[string, Record<string, string>]>([
    ['follows 10.0.0.3:6379 now, and not old', { master_host: '10.0.0.3' }],
    ['has another history', { master_replid: 'h2' }],
    ['is behind its log position', { slave_repl_offset: '899' }],
    ['is being sent a whole copy', { master_sync_in_progress: '1' }],
    [
      'does not keep the log back to its position',
      { slave_repl_offset: '2000', repl_backlog_first_byte_offset: '1501' },
    ],
  ])('needs a person, and says nothing of a loss, where the replica %s', async (reason, other) => {
    const result = await settle(world({ other }).work(), manner);
    expect(result).toMatchObject({
      ended: 'needs-a-human',
      why: expect.stringContaining(`may have been promoted meanwhile: new ${reason}`) as string,
      loss: { exact: false, sentences: ['Whether writes were lost cannot be said yet.'] },
    });
  });

  it('is nothing where the old primary lives on, and the replica has got more of the same log', async () => {
    const other = { master_link_status: 'up', slave_repl_offset: '5000' };
    expect(await settle(world({ other }).work(), manner)).toMatchObject({ ended: 'not-done' });
  });

  it('needs a person where nobody was promoted and clients are kept away: who closed it nobody knows', async () => {
    const { told, work } = world({ found: 'closed' });
    expect(await settle(work(), manner)).toMatchObject({
      ended: 'needs-a-human',
      left: [expect.stringContaining('pool-1')],
    });
    expect(told).not.toContain('open');
  });
});
