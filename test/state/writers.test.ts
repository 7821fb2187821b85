import { describe, expect, test } from 'vitest';
import type { WritersSeen } from '../../src/core/writers.ts';
import { handClock, onEveryTable } from './fresh-state.ts';

const sample = (member: string, timeline: number, position: string) =>
  ({ member, at: '2026-11-24T03:00:00.000Z', position, history: '7012', formerHistory: null, timeline }) as const;
const seen = (...writers: WritersSeen['writers']): WritersSeen => ({
  at: '2026-11-24T03:00:00.000Z',
  writers,
  unreached: [],
  leads: [],
  fence: null,
});
const both = seen(sample('one', 1, '0/10'), sample('two', 2, '0/20'));

onEveryTable((local) => {
  describe('who took writes', () => {
    test('is kept for each target', async () => {
      const { writers } = local.state();
      expect(await writers.last('kept-db')).toBeUndefined();
      expect(await writers.watch('kept-db', 'watch-1', seen(sample('one', 1, '0/10')))).toEqual([]);
      expect(await writers.last('kept-db')).toEqual(sample('one', 1, '0/10'));
      await writers.watch('kept-db', 'watch-2', seen());
      expect(await writers.last('kept-db')).toEqual(sample('one', 1, '0/10'));
      expect(await writers.last('other-db')).toBeUndefined();
    });

    test('is news to the run that found it, also when its step is repeated, and to no later one', async () => {
      const { writers } = local.state();
      const changes = async (run: string) => (await writers.watch('two-db', run, both)).map(({ change }) => change);
      expect(await changes('watch-1')).toEqual(['NEW']);
      expect(await changes('watch-1')).toEqual(['NEW']);
      expect(await changes('watch-2')).toEqual(['SAME']);
      await writers.watch('two-db', 'watch-3', seen());
      expect(await changes('watch-4')).toEqual(['SAME']);
      const later = '2026-11-24T03:05:00.000Z';
      const alone = { ...sample('two', 2, '0/30'), at: later };
      await writers.watch('two-db', 'watch-5', { ...seen(alone), at: later });
      expect(await changes('watch-6')).toEqual(['NEW']);
    });

    test('is kept beside who has closed the target to clients, until it is open again', async () => {
      const { writers } = local.state();
      const open = { ...seen(), fence: { says: 'open', sentence: 'pool-1 lets clients in.' } } as const;
      const keys = async (run: string) => (await writers.watch('shut-db', run, open)).map(({ key }) => key);
      expect(await writers.fence('shut-db', { runId: 'fence-1', at: '2026-11-24T02:00:00.000Z' })).toBe(false);
      await writers.watch('shut-db', 'watch-1', seen(sample('one', 1, '0/10')));
      expect(await keys('watch-2')).toEqual(['watch.fence-open']);
      expect(await writers.fence('shut-db', null)).toBe(true);
      expect(await writers.fence('shut-db', null)).toBe(false);
      expect(await keys('watch-3')).toEqual([]);
    });

    test('is forgotten when nobody looked for two months', async () => {
      const clock = handClock();
      const { writers } = local.state(clock.now);
      await writers.watch('old-db', 'watch-1', both);
      clock.pass(60 * 86_400 + 1);
      expect(await writers.last('old-db')).toBeUndefined();
    });
  });
});
