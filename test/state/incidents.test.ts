import { describe, expect, test } from 'vitest';
import type { Recorded } from '../../src/state/incident.ts';
import { onEveryTable } from './fresh-state.ts';

const lag = { alarm: 'lag', state: 'ALARM', at: '2026-11-24T03:00:00.000Z', reason: 'Threshold Crossed' } as const;

onEveryTable((local) => {
  describe('incidents on the table', () => {
    test('a hundred deliveries of ten alarms at once open one incident with ten alarms', async () => {
      const { incidents } = local.state();
      const changes = Array.from({ length: 100 }, (_, index) => ({ ...lag, alarm: `alarm-${index % 10}` }));
      // Ten at a time: more contenders for one item than any fleet of alarms sends in the same moment.
      const answers: Recorded[] = [];
      for (let from = 0; from < changes.length; from += 10) {
        const batch = changes.slice(from, from + 10);
        answers.push(...(await Promise.all(batch.map((change) => incidents.record('crowded-db', change)))));
      }
      const told = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
      expect({ opened: told('opened'), updated: told('updated'), duplicate: told('duplicate') }).toEqual({
        opened: 1,
        updated: 9,
        duplicate: 90,
      });
      expect(new Set(answers.map(({ incident }) => incident?.id)).size).toBe(1);
      const last = await incidents.last('crowded-db');
      expect(last?.version).toBe(10);
      expect(Object.keys(last?.alarms ?? {})).toHaveLength(10);
    });

    test("CloudWatch's own way to write a time is the same moment", async () => {
      const { incidents } = local.state();
      expect(await incidents.record('time-db', { ...lag, at: '2026-11-24T03:00:00.000+0000' })).toMatchObject({
        outcome: 'opened',
        incident: { openedAt: '2026-11-24T03:00:00.000Z' },
      });
      expect(await incidents.record('time-db', lag)).toMatchObject({ outcome: 'duplicate', version: 1 });
    });

    test('a change without a time is refused', async () => {
      const { incidents } = local.state();
      await expect((async () => incidents.record('time-db', { ...lag, at: 'soon' }))()).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    test('a target without alarms has no incident, an OK alone makes none', async () => {
      const { incidents } = local.state();
      expect(await incidents.last('quiet-db')).toBeUndefined();
      expect(await incidents.record('quiet-db', { ...lag, state: 'OK' })).toEqual({ outcome: 'ignored', version: 1 });
      expect(await incidents.last('quiet-db')).toBeUndefined();
    });
  });
});
