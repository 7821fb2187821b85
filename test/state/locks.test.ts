import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable } from './fresh-state.ts';

onEveryTable((local) => {
  describe('a lock', () => {
    test('is held by one of many who want it', async () => {
      const { locks } = local.state();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => locks.take('crowded', `run-${index}`, 600)),
      );
      expect(answers.filter((answer) => 'fence' in answer)).toEqual([{ fence: 1 }]);
    });

    test('refuses a second holder with a sentence that names the first and the time', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      await locks.take('named', 'end-1', 600);
      const answer = await locks.take('named', 'end-2', 600);
      expect(answer).toEqual({ refused: 'named is locked by end-1 until 2026-11-24 03:10 UTC at the latest.' });
    });

    test('keeps its number when its holder renews it', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      expect(await locks.take('renewed', 'run', 60)).toEqual({ fence: 1 });
      clock.pass(50);
      expect(await locks.take('renewed', 'run', 60)).toEqual({ fence: 1 });
      clock.pass(50);
      expect(await locks.current('renewed')).toEqual({ holder: 'run', fence: 1 });
    });

    test('is taken over after its time with a higher number', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      await locks.take('over', 'first', 60);
      clock.pass(60);
      expect(await locks.current('over')).toBeUndefined();
      expect(await locks.take('over', 'second', 60)).toEqual({ fence: 2 });
      expect(await locks.take('over', 'first', 60)).toHaveProperty('refused');
    });

    test('gives a holder who comes back too late a new number', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      await locks.take('late', 'run', 60);
      clock.pass(61);
      expect(await locks.take('late', 'run', 60)).toEqual({ fence: 2 });
    });

    test('is left alone by a release of somebody who lost it', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      await locks.take('lost', 'first', 60);
      clock.pass(60);
      await locks.take('lost', 'second', 60);
      await locks.release('lost', 'first');
      expect(await locks.current('lost')).toEqual({ holder: 'second', fence: 2 });
    });

    test('grows its number over releases and over years', async () => {
      const clock = handClock();
      const { locks } = local.state(clock.now);
      await locks.take('grows', 'a', 60);
      await locks.release('grows', 'a');
      expect(await locks.current('grows')).toBeUndefined();
      expect(await locks.take('grows', 'b', 60)).toEqual({ fence: 2 });
      await locks.release('grows', 'b');
      clock.pass(3 * 365 * 86_400);
      expect(await locks.take('grows', 'a', 60)).toEqual({ fence: 3 });
    });

    test('that was never taken can be released', async () => {
      const { locks } = local.state();
      await locks.release('unheard', 'run');
      expect(await locks.take('unheard', 'run', 60)).toEqual({ fence: 1 });
    });
  });
});
