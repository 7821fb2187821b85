import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/core/safety.ts';
import { keys } from '../../src/state/keys.ts';
import { onEveryTable } from './fresh-state.ts';

function entry(id: string, at: string, runId: string): AuditEntry {
  return { id, at, who: 'U0OMAR', what: 'requested', runId, operation: 'end', subject: 'shop-db', detail: { pid: 7 } };
}

onEveryTable((local) => {
  describe('the audit', () => {
    test('keeps the first entry of an id, whatever is recorded under it later', async () => {
      const { audit } = local.state();
      const first = entry('a1', '2026-11-24T03:00:00.000Z', 'run-a');
      await audit.record(first);
      await audit.record({ ...first, at: '2026-11-25T03:00:00.000Z', who: 'U0EVE', detail: { pid: 8 } });
      expect(await audit.byRun('run-a')).toEqual([first]);
      expect(await audit.day('2026-11-24')).toEqual([first]);
      expect(await audit.day('2026-11-25')).toEqual([]);
    });

    test('lists the entries of a run and of a day in the order of their times', async () => {
      const { audit } = local.state();
      const late = entry('z-late', '2025-01-02T23:59:59.999Z', 'run-b');
      const early = entry('a-early', '2025-01-02T00:00:00.000Z', 'run-b');
      const between = entry('m', '2025-01-02T12:00:00.000Z', 'run-c');
      const nextDay = entry('n', '2025-01-03T00:00:00.000Z', 'run-b');
      for (const each of [late, nextDay, between, early]) await audit.record(each);
      expect(await audit.byRun('run-b')).toEqual([early, late, nextDay]);
      expect(await audit.day('2025-01-02')).toEqual([early, between, late]);
    });

    test('completes an entry that a crash left under its run only', async () => {
      const table = local.table();
      const { audit } = local.state();
      const half = entry('half', '2025-02-02T03:00:00.000Z', 'run-half');
      await table.putNew(keys.auditEntry(half.runId, half.id), { entry: half });
      expect(await audit.day('2025-02-02')).toEqual([]);
      await audit.record({ ...half, at: '2025-02-02T03:00:09.000Z' });
      expect(await audit.day('2025-02-02')).toEqual([half]);
    });

    test('refuses to put over an entry even when asked at the table', async () => {
      const table = local.table();
      const { audit } = local.state();
      const kept = entry('kept', '2025-03-03T03:00:00.000Z', 'run-kept');
      await audit.record(kept);
      expect(await table.putNew(keys.auditEntry('run-kept', 'kept'), { entry: { ...kept, who: 'nobody' } })).toBe(
        false,
      );
      expect(await audit.byRun('run-kept')).toEqual([kept]);
    });

    test('keeps more entries of a day than one page of an answer holds', async () => {
      const { audit } = local.state();
      const large = 'x'.repeat(200_000);
      const ids = Array.from({ length: 8 }, (_, index) => `large-${index}`);
      for (const id of ids)
        await audit.record({ ...entry(id, '2025-04-04T00:00:00.000Z', 'run-large'), detail: large });
      expect((await audit.day('2025-04-04')).map(({ id }) => id)).toEqual(ids);
    });
  });
});
