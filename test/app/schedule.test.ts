import { describe, expect, it } from 'vitest';
import type { WindowSpec } from '../../src/config/windows.ts';
import { runDueJob, type ScheduleTools } from '../../src/app/schedule.ts';
import type { AuditEntry } from '../../src/core/safety.ts';
import { runName } from '../../src/core/run.ts';

function tools() {
  const started: { request: object; claimKey: string }[] = [];
  const recorded: AuditEntry[] = [];
  const made: ScheduleTools = {
    schedules: [{ name: 'nightly-health', operation: 'health', subject: 'production' }],
    runs: {
      start: async (request, claimKey) => (started.push({ request, claimKey }), runName(request.operation, claimKey)),
    },
    windows: [],
    targetsOf: (subject) => [{ name: 'orders-db', engine: 'postgres', environment: subject }],
    audit: { record: async (entry) => void recorded.push(entry) },
    log: () => {},
  };
  return { made, started, recorded };
}

describe('a due job', () => {
  it('starts the run that the config says, with only facts of the trigger', async () => {
    const { made, started } = tools();
    await runDueJob(made, { schedule: 'nightly-health', scheduledAt: '2026-11-24T02:00:00Z' });
    const trigger = { kind: 'schedule', name: 'nightly-health', scheduledAt: '2026-11-24T02:00:00Z' };
    expect(started[0]?.request).toEqual({ operation: 'health', subject: 'production', args: {}, trigger });
  });

  it('has the same run name for the same time, and another for another time', async () => {
    const { made } = tools();
    const at = (scheduledAt: string) => runDueJob(made, { schedule: 'nightly-health', scheduledAt });
    expect(await at('2026-11-24T02:00:00Z')).toEqual(await at('2026-11-24T02:00:00Z'));
    expect(await at('2026-11-24T02:00:00Z')).not.toEqual(await at('2026-11-25T02:00:00Z'));
  });

  it('waits in a window that names it and is open on all its targets, on record and started by nobody', async () => {
    const { made, started, recorded } = tools();
    const window = {
      name: 'deploys',
      subject: 'production',
      timezone: 'Europe/Berlin',
      weekly: [{ days: ['tue' as const], from: 120, to: 240 }],
      dates: [],
      expects: [],
      holdsBack: ['nightly-health'],
    };
    const at = (hour: string, holding: WindowSpec) =>
      runDueJob(
        { ...made, windows: [holding] },
        { schedule: 'nightly-health', scheduledAt: `2026-11-24T${hour}:00:00Z` },
      );
    expect(await at('02', window)).toEqual({
      heldBack: 'held back by the window deploys until 2026-11-24T03:00:00.000Z',
    });
    expect(started).toEqual([]);
    expect(recorded).toMatchObject([{ who: 'schedule:nightly-health', what: 'refused', subject: 'production' }]);
    expect(await at('03', window)).toHaveProperty('runId');
    expect(await at('02', { ...window, holdsBack: [] })).toHaveProperty('runId');
    expect(await at('02', { ...window, subject: 'users-db' })).toHaveProperty('runId');
  });

  it('fails when the config does not know the schedule, or when the event names none', async () => {
    const { made, started } = tools();
    await expect(runDueJob(made, { schedule: 'gone', scheduledAt: '2026-11-24T02:00:00Z' })).rejects.toThrow(
      /no schedule gone/,
    );
    await expect(runDueJob(made, { time: 'now' })).rejects.toThrow(/names no schedule and time/);
    expect(started).toEqual([]);
  });

  it('fails when Scheduler filled in no time: every firing would have the same name, and only the first would run', async () => {
    const { made, started } = tools();
    const unfilled = { schedule: 'nightly-health', scheduledAt: '<aws.scheduler.scheduled-time>' };
    await expect(runDueJob(made, unfilled)).rejects.toThrow(/names no schedule and time/);
    expect(started).toEqual([]);
  });
});
