import { describe, expect, test } from 'vitest';
import type { ApprovalRule } from '../../src/core/safety.ts';
import { targetLock } from '../../src/state/locks.ts';
import { onePerson, policy, twoPeople, useProposals } from './proposals.ts';
import { onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  const { state, clock, proposed } = useProposals(local);

  describe('a grant', () => {
    async function bound(rule: ApprovalRule = policy) {
      const { plan, runId, hash } = await proposed(rule);
      if (rule.by === 'policy') await state().approvals.grantByPolicy(runId, hash);
      else await state().approvals.approve(runId, hash, 'U0ADA');
      const lock = await state().locks.take(targetLock(plan.target), runId, 3600);
      const by = rule.by === 'policy' ? ('policy' as const) : ['U0ADA'];
      const fence = 'fence' in lock ? lock.fence : 0;
      return { plan, runId, grant: await state().approvals.bind({ runId, planHash: hash, fence: 0, by }, fence) };
    }

    test('is used exactly once for a step, by one of many at once', async () => {
      const { grant } = await bound();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => state().approvals.consume(grant, 'terminate')),
      );
      expect(answers.filter((answer) => 'consumed' in answer)).toHaveLength(1);
      expect(answers).toContainEqual({
        used: 'The grant was used for this step already, at 2026-11-24 03:00 UTC.',
      });
    });

    test('is used once for each of several steps', async () => {
      const { grant } = await bound();
      expect(await state().approvals.consume(grant, 'first')).toEqual({ consumed: true });
      expect(await state().approvals.consume(grant, 'second')).toEqual({ consumed: true });
      expect(await state().approvals.consume(grant, 'first')).toHaveProperty('used');
    });

    test('that was aborted is worth nothing, unless a step has used it already', async () => {
      const early = await bound(onePerson);
      expect(await state().approvals.abort(early.runId, 'U0OMAR')).toEqual({ aborted: true });
      expect(await state().approvals.consume(early.grant, 'terminate')).toEqual({
        refused: 'This plan was refused by U0OMAR at 2026-11-24 03:00 UTC; ask for a new one.',
      });
      const late = await bound(policy);
      await state().approvals.consume(late.grant, 'first');
      expect(await state().approvals.abort(late.runId, 'U0OMAR')).toEqual({
        refused:
          'It began to act at 2026-11-24 03:00 UTC and cannot be stopped half-way: it ends or rolls back by itself.',
      });
      expect(await state().approvals.consume(late.grant, 'second')).toEqual({ consumed: true });
    });

    test('of a step that somebody gave up can never be used for it, and one that was used is not given up', async () => {
      const { runId, grant } = await bound();
      expect(await state().approvals.begun(runId, 'late')).toEqual({ begun: false });
      expect(await state().approvals.begun(runId, 'late')).toEqual({ begun: false });
      expect(await state().approvals.consume(grant, 'late')).toEqual({
        refused: 'The step was given up before it began; ask for a new plan.',
      });
      await state().approvals.consume(grant, 'terminate');
      expect(await state().approvals.begun(runId, 'terminate')).toEqual({
        begun: true,
        at: '2026-11-24T03:00:00.000Z',
      });
    });

    test('by the emergency rule is given by one of two, with the reason, and only where the config lets them', async () => {
      const glass = { by: 'U0ADA', reason: 'the shop is down' };
      const strict = await proposed(twoPeople);
      expect(await state().approvals.breakGlass(strict.runId, glass)).toEqual({
        refused: 'The config lets nobody break the glass here (approvals.breakGlass); the plan needs its approvals.',
      });
      const single = await proposed({ by: 'people', count: 1, breakGlass: true });
      expect(await state().approvals.breakGlass(single.runId, glass)).toHaveProperty('refused');
      const { runId, hash } = await proposed({ by: 'people', count: 2, breakGlass: true }, 'U0ADA');
      const grant = { runId, planHash: hash, fence: 0, by: ['U0ADA'] };
      expect(await state().approvals.breakGlass(runId, glass)).toEqual({ granted: grant });
      expect(await state().approvals.status(runId, hash)).toEqual({ state: 'granted', grant, brokenGlass: glass });
      const late = await proposed({ by: 'people', count: 2, breakGlass: true });
      clock().pass(900);
      expect(await state().approvals.breakGlass(late.runId, glass)).toMatchObject({
        refused: expect.stringMatching(/expired/),
      });
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
      expect(await state().approvals.consume({ ...grant, ...forged }, 'terminate')).toEqual({ refused: sentence });
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({ consumed: true });
    });

    test('is worth nothing before it was given', async () => {
      const { plan, runId, hash } = await proposed(onePerson);
      await state().locks.take(targetLock(plan.target), runId, 3600);
      const grant = { runId, planHash: hash, fence: 1, by: ['U0ADA'] };
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({
        refused: 'The plan has not been granted.',
      });
      await expect(state().approvals.bind(grant, 1)).rejects.toMatchObject({ code: 'conflict' });
    });

    test('is worth nothing before it is bound to a lock', async () => {
      const { runId, hash } = await proposed(policy);
      await state().approvals.grantByPolicy(runId, hash);
      const grant = { runId, planHash: hash, fence: 0, by: 'policy' as const };
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({
        refused: 'The grant is not bound to a lock yet.',
      });
    });

    test('is worth nothing after the lock was released or has passed on', async () => {
      const { plan, runId, grant } = await bound();
      await state().locks.release(targetLock(plan.target), runId);
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({
        refused: `Nobody holds the lock of ${plan.target} any more.`,
      });
      await state().locks.take(targetLock(plan.target), 'another-run', 3600);
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({
        refused: `The lock of ${plan.target} has passed on: its fencing number is 2, the grant's 1.`,
      });
    });

    test('is bound anew to a higher number, never to a lower one', async () => {
      const { grant } = await bound();
      expect(await state().approvals.bind(grant, 1)).toEqual(grant);
      expect(await state().approvals.bind(grant, 4)).toEqual({ ...grant, fence: 4 });
      await expect(state().approvals.bind(grant, 3)).rejects.toMatchObject({ code: 'conflict' });
    });

    test('that has expired begins nothing', async () => {
      const { grant } = await bound();
      clock().pass(900);
      expect(await state().approvals.consume(grant, 'terminate')).toEqual({
        refused: 'This plan expired at 2026-11-24 03:15 UTC; ask for a new one.',
      });
    });

    test('that expires between two steps lets the second one end what the first began', async () => {
      const { grant } = await bound();
      expect(await state().approvals.consume(grant, 'first')).toEqual({ consumed: true });
      clock().pass(900);
      expect(await state().approvals.consume(grant, 'second')).toEqual({ consumed: true });
    });
  });
});
