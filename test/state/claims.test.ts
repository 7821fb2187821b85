import { describe, expect, test } from 'vitest';
import { claimLeaseSeconds } from '../../src/state/claims.ts';
import { handClock, onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  describe('claim', () => {
    test('400 concurrent claims on 20 keys are won 20 times, once for each key', async () => {
      const { claims } = local.state();
      const wanted = Array.from({ length: 400 }, (_, index) => `crowd-${index % 20}`);
      const answers = await Promise.all(wanted.map(async (key) => ({ key, won: await claims.claim(key, 600) })));
      const winners = answers.filter(({ won }) => won).map(({ key }) => key);
      expect(winners).toHaveLength(20);
      expect(new Set(winners).size).toBe(20);
    });

    test('a key is free again when its time has passed, though the item is still there', async () => {
      const clock = handClock();
      const { claims } = local.state(clock.now);
      expect(await claims.claim('again', 60)).toBe(true);
      clock.pass(59);
      expect(await claims.claim('again', 60)).toBe(false);
      clock.pass(1);
      expect(await claims.claim('again', 60)).toBe(true);
      expect(await claims.claim('again', 60)).toBe(false);
    });

    test('a key longer than DynamoDB takes is claimed like any other', async () => {
      const { claims } = local.state();
      const key = 'k'.repeat(5000);
      expect(await claims.claim(key, 60)).toBe(true);
      expect(await claims.claim(key, 60)).toBe(false);
      expect(await claims.claim(`${key}x`, 60)).toBe(true);
    });
  });

  describe('begin and finish', () => {
    test('one of many concurrent deliveries begins, the others hear busy', async () => {
      const { claims } = local.state();
      const answers = await Promise.all(Array.from({ length: 40 }, () => claims.begin('alarm-1', 600)));
      expect(answers.filter((answer) => answer === 'mine')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'busy')).toHaveLength(39);
    });

    test('a delivery after the work was finished hears done', async () => {
      const { claims } = local.state();
      await claims.begin('alarm-2', 600);
      await claims.finish('alarm-2');
      expect(await claims.begin('alarm-2', 600)).toBe('done');
    });

    test('a deliverer that died before it finished loses nothing: after its lease the retry is mine', async () => {
      const clock = handClock();
      const { claims } = local.state(clock.now);
      expect(await claims.begin('alarm-3', 86_400)).toBe('mine');
      clock.pass(claimLeaseSeconds - 1);
      expect(await claims.begin('alarm-3', 86_400)).toBe('busy');
      clock.pass(1);
      expect(await claims.begin('alarm-3', 86_400)).toBe('mine');
      await claims.finish('alarm-3');
      clock.pass(claimLeaseSeconds);
      expect(await claims.begin('alarm-3', 86_400)).toBe('done');
    });
  });
});
