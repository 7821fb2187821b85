import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  describe('how far a copy is', () => {
    test('is what its room said last, and when', async () => {
      const clock = handClock();
      const { copies } = local.state(clock.now);
      expect(await copies.standing('backup-1', 'shop-db')).toBeUndefined();
      await copies.say('backup-1', 'shop-db', { doneBytes: 1, totalBytes: 9, isOver: false });
      clock.pass(3);
      await copies.say('backup-1', 'shop-db', { doneBytes: 5, totalBytes: 9, isOver: false });
      expect(await copies.standing('backup-1', 'shop-db')).toEqual({
        doneBytes: 5,
        totalBytes: 9,
        isOver: false,
        at: new Date(clock.now()).toISOString(),
      });
    });

    test('a run that copies can be stopped, one that is over or copies nothing cannot', async () => {
      const { copies } = local.state(handClock().now);
      expect(await copies.stop('backup-2')).toBe(false);
      await copies.say('backup-2', 'shop-db', { doneBytes: 1, totalBytes: 9, isOver: false });
      expect(await copies.wasStopped('backup-2')).toBe(false);
      expect(await copies.stop('backup-2')).toBe(true);
      expect(await copies.stop('backup-2')).toBe(true);
      expect(await copies.wasStopped('backup-2')).toBe(true);
      await copies.say('backup-3', 'shop-db', { doneBytes: 9, totalBytes: 9, isOver: true });
      expect(await copies.stop('backup-3')).toBe(false);
      expect(await copies.wasStopped('backup-3')).toBe(false);
    });
  });
});
