import { describe, expect, test } from 'vitest';
import type { LogPosition } from '../../src/targets/logs.ts';
import { handClock, onEveryTable } from './fresh-state.ts';

const read = (offset: number): LogPosition => ({
  at: '2026-11-24T03:00:00.000Z',
  files: { 'postgresql-Tue.log': { offset, headBytes: 128, head: '0123456789abcdef' } },
});

onEveryTable((local) => {
  describe('up to where a log was read', () => {
    test('is kept for each member of a target', async () => {
      const { logPositions } = local.state();
      expect(await logPositions.get('read-db', 'read-db-1')).toBeUndefined();
      expect(await logPositions.advance('read-db', 'read-db-1', undefined, read(10))).toBe(true);
      expect(await logPositions.get('read-db', 'read-db-1')).toEqual(read(10));
      expect(await logPositions.get('read-db', 'read-db-2')).toBeUndefined();
    });

    test('moves on once, also when the step is repeated', async () => {
      const { logPositions } = local.state();
      await logPositions.advance('moved-db', 'one', undefined, read(10));
      const from = await logPositions.get('moved-db', 'one');
      expect(await logPositions.advance('moved-db', 'one', from, read(20))).toBe(true);
      expect(await logPositions.advance('moved-db', 'one', from, read(20))).toBe(true);
    });

    test('is moved by one of two readings that began at the same place', async () => {
      const { logPositions } = local.state();
      await logPositions.advance('shared-db', 'one', undefined, read(10));
      const from = await logPositions.get('shared-db', 'one');
      const moved = await Promise.all([20, 30].map((to) => logPositions.advance('shared-db', 'one', from, read(to))));
      expect(moved.filter(Boolean)).toHaveLength(1);
      expect(await logPositions.advance('shared-db', 'one', undefined, read(40))).toBe(false);
    });

    test('is forgotten after a month without a reading', async () => {
      const clock = handClock();
      const { logPositions } = local.state(clock.now);
      await logPositions.advance('old-db', 'one', undefined, read(10));
      clock.pass(30 * 86_400 + 1);
      expect(await logPositions.get('old-db', 'one')).toBeUndefined();
    });
  });
});
