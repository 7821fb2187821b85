import { describe, expect, test } from 'vitest';
import { planHash } from '../../src/core/plan.ts';
import type { ApprovalRule } from '../../src/core/safety.ts';
import { start } from './fresh-state.ts';
import { onePerson, planOf, policy, twoPeople, useProposals } from './proposals.ts';
import { onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  const { state, clock, proposed } = useProposals(local);

  describe('a yes', () => {
    test('of one person grants where one is asked, and the proposer may be that one', async () => {
      const { runId, hash } = await proposed(onePerson, 'U0ADA');
      const answer = await state().approvals.approve(runId, hash, 'U0ADA');
      expect(answer).toEqual({ granted: { runId, planHash: hash, fence: 0, by: ['U0ADA'] } });
    });

    test('of two people grants where two are asked', async () => {
      const { runId, hash } = await proposed(twoPeople);
      expect(await state().approvals.approve(runId, hash, 'U0BEN')).toEqual({ waiting: 1 });
      expect(await state().approvals.approve(runId, hash, 'U0ADA')).toEqual({
        granted: { runId, planHash: hash, fence: 0, by: ['U0ADA', 'U0BEN'] },
      });
    });

    test('of the proposer does not count where two are asked', async () => {
      const { runId, hash } = await proposed(twoPeople, 'U0ADA');
      expect(await state().approvals.approve(runId, hash, 'U0ADA')).toEqual({
        refused: 'This plan needs 2 people other than the one who asked for it, and that is you.',
      });
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: [] });
    });

    test('counts once a person, also when the click is replayed many times at once', async () => {
      const { runId, hash } = await proposed(twoPeople);
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => state().approvals.approve(runId, hash, 'U0ADA')),
      );
      expect(answers.filter((answer) => 'waiting' in answer)).toEqual([{ waiting: 1 }]);
      expect(answers.filter((answer) => 'refused' in answer)).toHaveLength(11);
      expect(answers).toContainEqual({ refused: 'Your approval counts already; one more person is needed.' });
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: ['U0ADA'] });
    });

    test('of twelve people at once grants exactly once', async () => {
      const { runId, hash } = await proposed(twoPeople);
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => state().approvals.approve(runId, hash, `U${index}`)),
      );
      expect(answers.filter((answer) => 'granted' in answer)).toHaveLength(1);
      expect(answers.filter((answer) => 'waiting' in answer)).toHaveLength(1);
    });

    test('after expiry does not count', async () => {
      const { runId, hash } = await proposed(onePerson);
      clock().pass(900);
      expect(await state().approvals.approve(runId, hash, 'U0ADA')).toEqual({
        refused: 'This plan expired at 2026-11-24 03:15 UTC; ask for a new one.',
      });
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'expired' });
    });

    test('to another hash does not count', async () => {
      const { runId } = await proposed(onePerson);
      expect(await state().approvals.approve(runId, 'f'.repeat(64), 'U0ADA')).toEqual({
        refused: 'The plan has changed since; read the newest plan and decide on that one.',
      });
    });

    test('to a plan that is not there does not count', async () => {
      expect(await state().approvals.approve('end-unheard', 'f'.repeat(64), 'U0ADA')).toEqual({
        refused: 'There is no such plan, or it is too old to be kept.',
      });
    });

    test('after the grant, and after a refusal, is answered with who decided', async () => {
      const one = await proposed(onePerson);
      await state().approvals.approve(one.runId, one.hash, 'U0ADA');
      expect(await state().approvals.approve(one.runId, one.hash, 'U0BEN')).toEqual({
        refused: 'This plan is granted already, by U0ADA.',
      });
      const other = await proposed(onePerson);
      await state().approvals.refuse(other.runId, other.hash, 'U0BEN');
      expect(await state().approvals.approve(other.runId, other.hash, 'U0ADA')).toEqual({
        refused: 'This plan was refused by U0BEN at 2026-11-24 03:00 UTC; ask for a new one.',
      });
    });

    test('is not asked where the policy decides', async () => {
      const { runId, hash } = await proposed(policy);
      expect(await state().approvals.approve(runId, hash, 'U0ADA')).toEqual({
        refused: 'The policy decides on this plan; nobody is asked to approve it.',
      });
    });
  });

  describe('a no', () => {
    test('is final', async () => {
      const { runId, hash } = await proposed(twoPeople);
      await state().approvals.approve(runId, hash, 'U0ADA');
      expect(await state().approvals.refuse(runId, hash, 'U0OMAR')).toEqual({ refusedBy: 'U0OMAR' });
      expect(await state().approvals.approve(runId, hash, 'U0BEN')).toHaveProperty('refused');
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'refused', by: 'U0OMAR' });
    });

    test('comes too late after the grant', async () => {
      const { runId, hash } = await proposed(onePerson);
      await state().approvals.approve(runId, hash, 'U0ADA');
      expect(await state().approvals.refuse(runId, hash, 'U0BEN')).toEqual({
        refused: 'This plan is granted already, by U0ADA.',
      });
    });

    test('and a yes at the same moment leave one decision', async () => {
      const { runId, hash } = await proposed(onePerson);
      const [yes, no] = await Promise.all([
        state().approvals.approve(runId, hash, 'U0ADA'),
        state().approvals.refuse(runId, hash, 'U0BEN'),
      ]);
      expect(['granted' in yes, 'refusedBy' in no].filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a plan', () => {
    test('proposed again changes nothing', async () => {
      const { plan, runId, hash } = await proposed(twoPeople);
      await state().approvals.approve(runId, hash, 'U0ADA');
      await state().approvals.propose({ ...plan, facts: [{ label: 'age', value: '9 m' }] }, twoPeople, 'U0OMAR');
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'pending', approvedBy: ['U0ADA'] });
    });

    test('that changed takes the place of a pending one, and every yes to the old one is void', async () => {
      const { plan, runId, hash } = await proposed(twoPeople);
      await state().approvals.approve(runId, hash, 'U0ADA');
      const changed = { ...plan, args: { pid: 2212 } };
      await state().approvals.propose(changed, twoPeople, 'U0OMAR');
      expect(await state().approvals.approve(runId, hash, 'U0BEN')).toHaveProperty('refused');
      expect(await state().approvals.approve(runId, planHash(changed), 'U0BEN')).toEqual({ waiting: 1 });
    });

    test('that was decided upon cannot be changed', async () => {
      const { plan, runId, hash } = await proposed(onePerson);
      await state().approvals.approve(runId, hash, 'U0ADA');
      const changed = { ...plan, args: { pid: 2212 } };
      await expect(state().approvals.propose(changed, onePerson, 'U0OMAR')).rejects.toMatchObject({ code: 'conflict' });
    });

    test('that nobody needs to approve is refused as a request', async () => {
      const nobody: ApprovalRule = { by: 'people', count: 0 };
      await expect((async () => state().approvals.propose(planOf(0), nobody, 'U0OMAR'))()).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    test('can be read with who approved and with its grant', async () => {
      const { plan, runId, hash } = await proposed(onePerson);
      await state().approvals.approve(runId, hash, 'U0ADA');
      expect(await state().approvals.plan(runId)).toEqual({
        plan,
        planHash: hash,
        rule: onePerson,
        proposer: 'U0OMAR',
        status: 'granted',
        approvals: { U0ADA: start },
        granted: { runId, planHash: hash, fence: 0, by: ['U0ADA'] },
      });
    });
  });

  describe('the policy', () => {
    test('grants where nobody is asked, and says the same when asked again', async () => {
      const { runId, hash } = await proposed(policy);
      const granted = { granted: { runId, planHash: hash, fence: 0, by: 'policy' } };
      expect(await state().approvals.grantByPolicy(runId, hash)).toEqual(granted);
      expect(await state().approvals.grantByPolicy(runId, hash)).toEqual(granted);
    });

    test('cannot grant what people are asked for', async () => {
      const { runId, hash } = await proposed(twoPeople);
      expect(await state().approvals.grantByPolicy(runId, hash)).toEqual({
        refused: 'The policy cannot grant this plan: the config asks 2 people.',
      });
    });
  });
});
