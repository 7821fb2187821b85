import { beforeEach, describe, expect, test } from 'vitest';
import { planHash, type Plan } from '../../src/core/plan.ts';
import type { ApprovalRule } from '../../src/core/safety.ts';
import { targetLock } from '../../src/state/locks.ts';
import type { State } from '../../src/state/index.ts';
import { handClock, start, useLocalTable, type HandClock } from './fresh-state.ts';

const local = useLocalTable();
const onePerson: ApprovalRule = { by: 'people', count: 1 };
const twoPeople: ApprovalRule = { by: 'people', count: 2 };
const policy: ApprovalRule = { by: 'policy' };

let clock: HandClock;
let state: State;
let runs = 0;
beforeEach(() => {
  clock = handClock();
  state = local.state(clock.now);
});

function planOf(change: Partial<Plan> = {}): Plan {
  return {
    runId: `end-${(runs += 1)}`,
    operation: 'end',
    target: `db-${runs}`,
    identity: { pid: 2211, backendStart: '2026-11-24T02:40:00.000Z' },
    steps: ['End backend 2211.'],
    args: { pid: 2211 },
    loss: 'The open transaction of one session.',
    blastRadius: [],
    facts: [],
    expiresAt: new Date(start + 900_000).toISOString(),
    ...change,
  };
}

async function proposed(rule: ApprovalRule, proposer = 'U0OMAR'): Promise<{ plan: Plan; runId: string; hash: string }> {
  const plan = planOf();
  await state.approvals.propose(plan, rule, proposer);
  return { plan, runId: plan.runId, hash: planHash(plan) };
}

describe('a yes', () => {
  test('of one person grants where one is asked, and the proposer may be that one', async () => {
    const { runId, hash } = await proposed(onePerson, 'U0ADA');
    const answer = await state.approvals.approve(runId, hash, 'U0ADA');
    expect(answer).toEqual({ granted: { runId, planHash: hash, fence: 0, by: ['U0ADA'] } });
  });

  test('of two people grants where two are asked', async () => {
    const { runId, hash } = await proposed(twoPeople);
    expect(await state.approvals.approve(runId, hash, 'U0BEN')).toEqual({ waiting: 1 });
    expect(await state.approvals.approve(runId, hash, 'U0ADA')).toEqual({
      granted: { runId, planHash: hash, fence: 0, by: ['U0ADA', 'U0BEN'] },
    });
  });

  test('of the proposer does not count where two are asked', async () => {
    const { runId, hash } = await proposed(twoPeople, 'U0ADA');
    expect(await state.approvals.approve(runId, hash, 'U0ADA')).toEqual({
      refused: 'This plan needs 2 people other than the one who asked for it, and that is you.',
    });
    expect(await state.approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: [] });
  });

  test('counts once a person, also when the click is replayed many times at once', async () => {
    const { runId, hash } = await proposed(twoPeople);
    const answers = await Promise.all(Array.from({ length: 12 }, () => state.approvals.approve(runId, hash, 'U0ADA')));
    expect(answers.filter((answer) => 'waiting' in answer)).toEqual([{ waiting: 1 }]);
    expect(answers.filter((answer) => 'refused' in answer)).toHaveLength(11);
    expect(answers).toContainEqual({ refused: 'Your approval counts already; one more person is needed.' });
    expect(await state.approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: ['U0ADA'] });
  });

  test('of twelve people at once grants exactly once', async () => {
    const { runId, hash } = await proposed(twoPeople);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => state.approvals.approve(runId, hash, `U${index}`)),
    );
    expect(answers.filter((answer) => 'granted' in answer)).toHaveLength(1);
    expect(answers.filter((answer) => 'waiting' in answer)).toHaveLength(1);
  });

  test('after expiry does not count', async () => {
    const { runId, hash } = await proposed(onePerson);
    clock.pass(900);
    expect(await state.approvals.approve(runId, hash, 'U0ADA')).toEqual({
      refused: 'This plan expired at 2026-11-24 03:15 UTC; ask for a new one.',
    });
    expect(await state.approvals.status(runId, hash)).toEqual({ state: 'expired' });
  });

  test('to another hash does not count', async () => {
    const { runId } = await proposed(onePerson);
    expect(await state.approvals.approve(runId, 'f'.repeat(64), 'U0ADA')).toEqual({
      refused: 'The plan has changed since; read the newest plan and decide on that one.',
    });
  });

  test('to a plan that is not there does not count', async () => {
    expect(await state.approvals.approve('end-unheard', 'f'.repeat(64), 'U0ADA')).toEqual({
      refused: 'There is no such plan, or it is too old to be kept.',
    });
  });

  test('after the grant, and after a refusal, is answered with who decided', async () => {
    const one = await proposed(onePerson);
    await state.approvals.approve(one.runId, one.hash, 'U0ADA');
    expect(await state.approvals.approve(one.runId, one.hash, 'U0BEN')).toEqual({
      refused: 'This plan is granted already, by U0ADA.',
    });
    const other = await proposed(onePerson);
    await state.approvals.refuse(other.runId, other.hash, 'U0BEN');
    expect(await state.approvals.approve(other.runId, other.hash, 'U0ADA')).toEqual({
      refused: 'This plan was refused by U0BEN at 2026-11-24 03:00 UTC; ask for a new one.',
    });
  });

  test('is not asked where the policy decides', async () => {
    const { runId, hash } = await proposed(policy);
    expect(await state.approvals.approve(runId, hash, 'U0ADA')).toEqual({
      refused: 'The policy decides on this plan; nobody is asked to approve it.',
    });
  });
});

describe('a no', () => {
  test('is final', async () => {
    const { runId, hash } = await proposed(twoPeople);
    await state.approvals.approve(runId, hash, 'U0ADA');
    expect(await state.approvals.refuse(runId, hash, 'U0OMAR')).toEqual({ refusedBy: 'U0OMAR' });
    expect(await state.approvals.approve(runId, hash, 'U0BEN')).toHaveProperty('refused');
    expect(await state.approvals.status(runId, hash)).toEqual({ state: 'refused', by: 'U0OMAR' });
  });

  test('comes too late after the grant', async () => {
    const { runId, hash } = await proposed(onePerson);
    await state.approvals.approve(runId, hash, 'U0ADA');
    expect(await state.approvals.refuse(runId, hash, 'U0BEN')).toEqual({
      refused: 'This plan is granted already, by U0ADA.',
    });
  });

  test('and a yes at the same moment leave one decision', async () => {
    const { runId, hash } = await proposed(onePerson);
    const [yes, no] = await Promise.all([
      state.approvals.approve(runId, hash, 'U0ADA'),
      state.approvals.refuse(runId, hash, 'U0BEN'),
    ]);
    expect(['granted' in yes, 'refusedBy' in no].filter(Boolean)).toHaveLength(1);
  });
});

describe('a plan', () => {
  test('proposed again changes nothing', async () => {
    const { plan, runId, hash } = await proposed(twoPeople);
    await state.approvals.approve(runId, hash, 'U0ADA');
    await state.approvals.propose({ ...plan, facts: [{ label: 'age', value: '9 m' }] }, twoPeople, 'U0OMAR');
    expect(await state.approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: ['U0ADA'] });
  });

  test('that changed takes the place of a pending one, and every yes to the old one is void', async () => {
    const { plan, runId, hash } = await proposed(twoPeople);
    await state.approvals.approve(runId, hash, 'U0ADA');
    const changed = { ...plan, args: { pid: 2212 } };
    await state.approvals.propose(changed, twoPeople, 'U0OMAR');
    expect(await state.approvals.approve(runId, hash, 'U0BEN')).toHaveProperty('refused');
    expect(await state.approvals.approve(runId, planHash(changed), 'U0BEN')).toEqual({ waiting: 1 });
  });

  test('that was decided upon cannot be changed', async () => {
    const { plan, runId, hash } = await proposed(onePerson);
    await state.approvals.approve(runId, hash, 'U0ADA');
    const changed = { ...plan, args: { pid: 2212 } };
    await expect(state.approvals.propose(changed, onePerson, 'U0OMAR')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that nobody needs to approve is refused as a request', async () => {
    const nobody: ApprovalRule = { by: 'people', count: 0 };
    await expect((async () => state.approvals.propose(planOf(), nobody, 'U0OMAR'))()).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  test('can be read with who approved and with its grant', async () => {
    const { plan, runId, hash } = await proposed(onePerson);
    await state.approvals.approve(runId, hash, 'U0ADA');
    expect(await state.approvals.plan(runId)).toEqual({
      ...{ plan, planHash: hash, rule: onePerson, proposer: 'U0OMAR', status: 'granted' },
      approvals: { U0ADA: start },
      granted: { runId, planHash: hash, fence: 0, by: ['U0ADA'] },
    });
  });
});

describe('the policy', () => {
  test('grants where nobody is asked, and says the same when asked again', async () => {
    const { runId, hash } = await proposed(policy);
    const granted = { granted: { runId, planHash: hash, fence: 0, by: 'policy' } };
    expect(await state.approvals.grantByPolicy(runId, hash)).toEqual(granted);
    expect(await state.approvals.grantByPolicy(runId, hash)).toEqual(granted);
  });

  test('cannot grant what people are asked for', async () => {
    const { runId, hash } = await proposed(twoPeople);
    expect(await state.approvals.grantByPolicy(runId, hash)).toEqual({
      refused: 'The policy cannot grant this plan: the config asks 2 people.',
    });
  });
});

describe('a grant', () => {
  async function bound(rule: ApprovalRule = policy) {
    const { plan, runId, hash } = await proposed(rule);
    if (rule.by === 'policy') await state.approvals.grantByPolicy(runId, hash);
    else await state.approvals.approve(runId, hash, 'U0ADA');
    const lock = await state.locks.take(targetLock(plan.target), runId, 3600);
    const by = rule.by === 'policy' ? ('policy' as const) : ['U0ADA'];
    const fence = 'fence' in lock ? lock.fence : 0;
    return { plan, runId, grant: await state.approvals.bind({ runId, planHash: hash, fence: 0, by }, fence) };
  }

  test('is used exactly once for a step, by one of many at once', async () => {
    const { grant } = await bound();
    const answers = await Promise.all(Array.from({ length: 20 }, () => state.approvals.consume(grant, 'terminate')));
    expect(answers.filter((answer) => 'consumed' in answer)).toHaveLength(1);
    expect(answers).toContainEqual({
      used: 'The grant was used for this step already, at 2026-11-24 03:00 UTC.',
    });
  });

  test('is used once for each of several steps', async () => {
    const { grant } = await bound();
    expect(await state.approvals.consume(grant, 'first')).toEqual({ consumed: true });
    expect(await state.approvals.consume(grant, 'second')).toEqual({ consumed: true });
    expect(await state.approvals.consume(grant, 'first')).toHaveProperty('used');
  });

  test.each([
    ['another hash', { planHash: 'f'.repeat(64) }, 'The grant is for another plan than the one that was approved.'],
    ['a fence of its own making', { fence: 9 }, 'The grant carries fencing number 9, but it was bound to 1.'],
    ['other people', { by: ['U0EVE'] }, 'The grant names other people than those who approved.'],
    [
      'the policy instead of people',
      { by: 'policy' as const },
      'The grant names other people than those who approved.',
    ],
    ['another run', { runId: 'end-unheard' }, 'There is no such plan, or it is too old to be kept.'],
  ])('that names %s is refused and stays unused', async (_what, forged, sentence) => {
    const { grant } = await bound(onePerson);
    expect(await state.approvals.consume({ ...grant, ...forged }, 'terminate')).toEqual({ refused: sentence });
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({ consumed: true });
  });

  test('is worth nothing before it was given', async () => {
    const { plan, runId, hash } = await proposed(onePerson);
    await state.locks.take(targetLock(plan.target), runId, 3600);
    const grant = { runId, planHash: hash, fence: 1, by: ['U0ADA'] };
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({ refused: 'The plan has not been granted.' });
    await expect(state.approvals.bind(grant, 1)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is worth nothing before it is bound to a lock', async () => {
    const { runId, hash } = await proposed(policy);
    await state.approvals.grantByPolicy(runId, hash);
    const grant = { runId, planHash: hash, fence: 0, by: 'policy' as const };
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({
      refused: 'The grant is not bound to a lock yet.',
    });
  });

  test('is worth nothing after the lock was released or has passed on', async () => {
    const { plan, runId, grant } = await bound();
    await state.locks.release(targetLock(plan.target), runId);
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({
      refused: `Nobody holds the lock of ${plan.target} any more.`,
    });
    await state.locks.take(targetLock(plan.target), 'another-run', 3600);
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({
      refused: `The lock of ${plan.target} has passed on: its fencing number is 2, the grant's 1.`,
    });
  });

  test('is bound anew to a higher number, never to a lower one', async () => {
    const { grant } = await bound();
    expect(await state.approvals.bind(grant, 1)).toEqual(grant);
    expect(await state.approvals.bind(grant, 4)).toEqual({ ...grant, fence: 4 });
    await expect(state.approvals.bind(grant, 3)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that has expired begins nothing', async () => {
    const { grant } = await bound();
    clock.pass(900);
    expect(await state.approvals.consume(grant, 'terminate')).toEqual({
      refused: 'This plan expired at 2026-11-24 03:15 UTC; ask for a new one.',
    });
  });

  test('that expires between two steps lets the second one end what the first began', async () => {
    const { grant } = await bound();
    expect(await state.approvals.consume(grant, 'first')).toEqual({ consumed: true });
    clock.pass(900);
    expect(await state.approvals.consume(grant, 'second')).toEqual({ consumed: true });
  });
});
