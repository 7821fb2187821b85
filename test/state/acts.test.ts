import { describe, expect, test } from 'vitest';
import { handClock, onEveryTable, start } from './fresh-state.ts';

const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const act = (runId: string, seconds = 0) => ({ runId, operation: 'end', at: iso(seconds) });

onEveryTable((local) => {
  describe('what a run of ours did to a target', () => {
    test('is recent while it runs, and for a quarter of an hour after its end', async () => {
      const { acts } = local.state(handClock().now);
      await acts.begun('acted-db', act('end-1'));
      expect(await acts.recent('acted-db', iso(7200))).toEqual([act('end-1')]);
      await acts.ended('acted-db', 'end-1', iso(60));
      expect(await acts.recent('acted-db', iso(960))).toEqual([{ ...act('end-1'), endedAt: iso(60) }]);
      expect(await acts.recent('acted-db', iso(961))).toEqual([]);
    });

    test('is noted once, however often the step is repeated', async () => {
      const { acts } = local.state(handClock().now);
      await acts.begun('repeated-db', act('end-2'));
      await acts.begun('repeated-db', act('end-2', 5));
      expect(await acts.recent('repeated-db', iso(10))).toEqual([act('end-2')]);
    });

    test('is nothing where a run never acted', async () => {
      const { acts } = local.state(handClock().now);
      await acts.ended('calm-db', 'health-1', iso(0));
      expect(await acts.recent('calm-db', iso(0))).toEqual([]);
    });

    test('is forgotten after a day where the run died without an end', async () => {
      const clock = handClock();
      const { acts } = local.state(clock.now);
      await acts.begun('dead-db', act('end-3'));
      clock.pass(86_401);
      expect(await acts.recent('dead-db', iso(86_401))).toEqual([]);
    });
  });
});
