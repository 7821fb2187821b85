import { describe, expect, test } from 'vitest';
import { planHash, type Plan } from '../../src/core/plan.ts';
import { keys } from '../../src/state/keys.ts';
import { handClock, start, onEveryTable } from './fresh-state.ts';

const day = 86_400;

onEveryTable((local) => {
  describe('an item whose ttl has passed, though the table still holds it,', () => {
    test('is not read, listed or decided upon', async () => {
      const clock = handClock();
      const table = local.table(clock.now);
      const key = { pk: 'expiry#1', sk: 'item' };
      await table.putNew(key, { word: 'old', ttl: start / 1000 + 10 });
      clock.pass(9);
      expect(await table.get(key)).toMatchObject({ word: 'old' });
      clock.pass(1);
      expect(await table.get(key)).toBeUndefined();
      expect(await table.query('expiry#1')).toEqual([]);
      const found = await table.decide(key, (item) => ({ answer: item, write: { word: 'new' } }));
      expect(found).toBeUndefined();
      expect(await table.get(key)).toMatchObject({ word: 'new', version: 2 });
    });

    test('does not hide the living behind it in a limited list', async () => {
      const clock = handClock();
      const table = local.table(clock.now);
      for (const sk of ['a', 'b', 'c']) await table.putNew({ pk: 'expiry#2', sk }, { ttl: start / 1000 + 10 });
      await table.putNew({ pk: 'expiry#2', sk: 'd' }, {});
      clock.pass(10);
      expect(await table.query('expiry#2', { limit: 1 })).toMatchObject([{ sk: 'd' }]);
    });

    test('is gone for slots, history, runs and plans', async () => {
      const clock = handClock();
      const state = local.state(clock.now);
      const at = new Date(start).toISOString();
      await state.messages.reserve('old', 'C1', 'run');
      await state.history.remember('old-db', { at, samples: {}, findings: [] }, { baseline: true });
      await state.runs.started({
        runId: 'old',
        operation: 'health',
        subject: 'old-db',
        startedAt: at,
        trigger: { kind: 'terminal', user: 'ana' },
      });
      const plan: Plan = {
        runId: 'old',
        operation: 'end',
        target: 'old-db',
        identity: {},
        steps: [],
        args: null,
        loss: 'nothing',
        blastRadius: [],
        facts: [],
        expiresAt: new Date(start + 60_000).toISOString(),
      };
      await state.approvals.propose(plan, { by: 'policy' }, 'U0OMAR');
      clock.pass(91 * day);
      expect(await state.messages.reserve('old', 'C1', 'run')).toEqual({ mine: true });
      expect(await state.history.past('old-db')).toEqual({});
      expect(await state.runs.recent('old-db', 5)).toEqual([]);
      expect(await state.approvals.plan('old')).toBeUndefined();
      expect(await state.approvals.grantByPolicy('old', planHash(plan))).toHaveProperty('refused');
    });

    test('is never a lock or an audit entry, which have no ttl', async () => {
      const { locks, audit } = local.state();
      const table = local.table();
      await locks.take('forever', 'run', 1);
      await audit.record({
        id: 'e',
        at: '2026-11-24T03:00:00.000Z',
        who: 'ana',
        what: 'requested',
        runId: 'forever',
        operation: 'end',
        subject: 'shop-db',
        detail: null,
      });
      for (const key of [
        keys.lock('forever'),
        keys.auditEntry('forever', 'e'),
        keys.auditByDay('2026-11-24T03:00:00.000Z', 'e'),
      ])
        expect(await table.get(key)).not.toHaveProperty('ttl', expect.anything());
    });
  });
});
