import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable, start } from './fresh-state.ts';

const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const freezeOf = (subject: string) => ({ subject, by: 'ada', reason: 'audit', at: iso(0) });
const coolDownOf = (target: string) => ({ target, runId: 'r-1', why: 'It flapped', at: iso(0), until: iso(3600) });

onEveryTable((local) => {
  describe('a freeze', () => {
    test('is in force until somebody ends it, however long that takes', async () => {
      const clock = handClock();
      const { brakes } = local.state(clock.now);
      await brakes.freeze(freezeOf('ice'));
      clock.pass(400 * 86_400);
      expect((await brakes.inForce()).freezes).toContainEqual(freezeOf('ice'));
      expect(await brakes.unfreeze('ice')).toEqual(freezeOf('ice'));
      expect((await brakes.inForce()).freezes).not.toContainEqual(freezeOf('ice'));
      expect(await brakes.unfreeze('ice')).toBeUndefined();
    });

    test('takes the place of an earlier one, and can come again after it was ended', async () => {
      const { brakes } = local.state(handClock().now);
      await brakes.freeze(freezeOf('twice'));
      await brakes.freeze({ ...freezeOf('twice'), reason: 'longer audit' });
      expect(await brakes.unfreeze('twice')).toMatchObject({ reason: 'longer audit' });
      await brakes.freeze(freezeOf('twice'));
      expect((await brakes.inForce()).freezes).toContainEqual(freezeOf('twice'));
    });
  });

  describe('a cool-down', () => {
    test('is over at its time', async () => {
      const clock = handClock();
      const { brakes } = local.state(clock.now);
      await brakes.coolDown(coolDownOf('hot-db'));
      clock.pass(3599);
      expect((await brakes.inForce()).coolDowns).toContainEqual(coolDownOf('hot-db'));
      clock.pass(1);
      expect((await brakes.inForce()).coolDowns).not.toContainEqual(coolDownOf('hot-db'));
      expect(await brakes.acknowledge('hot-db')).toBeUndefined();
    });

    test('is over when somebody says that he has looked', async () => {
      const { brakes } = local.state(handClock().now);
      await brakes.coolDown(coolDownOf('seen-db'));
      expect(await brakes.acknowledge('seen-db')).toEqual(coolDownOf('seen-db'));
      expect((await brakes.inForce()).coolDowns).not.toContainEqual(coolDownOf('seen-db'));
    });
  });

  describe('an intent', () => {
    const intent = {
      runId: 'switchover-1',
      operation: 'switchover',
      step: 'carryOut',
      target: 'shop-db',
      args: { from: 'shop-db-1', identity: { 'system identifier': '7711457467643058932' }, nothing: null },
      at: iso(0),
    };

    test('is open until its step has answered', async () => {
      const { intents } = local.state(handClock().now);
      await intents.begin(intent);
      await intents.begin({ ...intent, runId: 'switchover-2', args: null });
      expect(await intents.open()).toEqual([intent, { ...intent, runId: 'switchover-2', args: null }]);
      await intents.end(intent);
      expect(await intents.open()).toMatchObject([{ runId: 'switchover-2' }]);
    });

    test('is given up where its step has written nothing down, which then never begins', async () => {
      const { intents } = local.state(handClock().now);
      const late = { ...intent, runId: 'switchover-late' };
      expect(await intents.giveUp(late, iso(-5))).toBe(true);
      expect(await intents.giveUp(late, iso(-5))).toBe(true);
      expect(await intents.begin(late)).toBe(false);
      expect((await intents.open()).map(({ runId }) => runId)).not.toContain('switchover-late');
    });

    test('is not given up once its step has begun, nor after it has answered', async () => {
      const { intents } = local.state(handClock().now);
      const begun = { ...intent, runId: 'switchover-begun' };
      expect(await intents.begin(begun)).toBe(true);
      expect(await intents.giveUp(begun, iso(-5))).toBe(false);
      await intents.end(begun);
      expect(await intents.giveUp(begun, iso(-5))).toBe(false);
    });

    test('says nothing of a step of the day before, whose answer may be forgotten', async () => {
      const { intents } = local.state(handClock().now);
      expect(await intents.giveUp({ ...intent, runId: 'switchover-old' }, iso(-86_400))).toBe(false);
    });

    test('keeps a journal while it is open, which nobody writes who has not read it as it is', async () => {
      const { intents } = local.state(handClock().now);
      expect(await intents.write(intent, null, { orders: 1 })).toBe(false);
      await intents.begin(intent);
      expect(await intents.journal(intent)).toBeNull();
      expect(await intents.write(intent, null, { orders: 1, to: 'x' })).toBe(true);
      expect(await intents.write(intent, null, { orders: 1, to: 'y' })).toBe(false);
      await intents.begin({ ...intent, at: iso(1) });
      expect(await intents.journal(intent)).toEqual({ orders: 1, to: 'x' });
      expect(await intents.write(intent, { to: 'x', orders: 1 }, { orders: 2 })).toBe(true);
      await intents.end(intent);
      expect(await intents.journal(intent)).toBeNull();
      expect(await intents.write(intent, { orders: 2 }, { orders: 3 })).toBe(false);
    });
  });
});
