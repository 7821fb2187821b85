import { describe, expect, it } from 'vitest';
import { startKept } from '../../src/app/start-kept.ts';
import { startOrKeep } from '../../src/app/start-or-keep.ts';
import { Fault } from '../../src/core/errors.ts';
import type { RunRequest } from '../../src/core/run.ts';
import type { AuditEntry } from '../../src/core/safety.ts';
import { createOutbox } from '../../src/state/outbox.ts';
import { memoryTable } from './memory-table.ts';

const asked = {
  operation: 'health',
  subject: 'shop-db',
  args: {},
  trigger: { kind: 'command', user: 'U0OMAR', channel: 'C1' },
} as const;

/** Lambda as the front door meets it: it takes a run, refuses it, or does not answer. */
function lambda() {
  const started: RunRequest[] = [];
  const state: { mood: 'takes' | 'refuses' | 'silent' } = { mood: 'takes' };
  const startNamed = async (request: RunRequest): Promise<void> => {
    if (state.mood === 'silent') await new Promise(() => {});
    if (state.mood === 'refuses') throw new Fault('throttled', 'the run could not be started now');
    started.push(request);
  };
  const start = async (request: Omit<RunRequest, 'runId'>, claimKey: string): Promise<string> => {
    const runId = `health-${claimKey}`;
    await startNamed({ ...request, runId });
    return runId;
  };
  return { runs: { start, startNamed }, started, state };
}

function house() {
  const clock = { nowMs: Date.parse('2026-11-25T03:00:00Z') };
  const now = () => clock.nowMs;
  const audited: AuditEntry[] = [];
  const outbox = createOutbox(memoryTable(now));
  const audit = { record: async (entry: AuditEntry) => void audited.push(entry) };
  return { clock, now, outbox, audit, audited, log: () => {} };
}

describe('a run that is asked for', () => {
  it('is started, and nothing is kept, when AWS takes it', async () => {
    const { runs, started } = lambda();
    const { outbox, now } = house();
    expect(await startOrKeep({ runs, outbox, now }, asked, 'k1')).toMatchObject({ started: true });
    expect(started).toHaveLength(1);
    expect(await outbox.waiting()).toEqual([]);
  });

  it.each(['refuses', 'silent'] as const)('is kept when AWS %s, and started by the next tick, once', async (mood) => {
    const { runs, started, state } = lambda();
    const there = house();
    state.mood = mood;
    const kept = await startOrKeep({ runs, ...there }, asked, 'k2');
    expect(kept.started).toBe(false);
    expect(started).toEqual([]);
    state.mood = 'takes';
    expect(await startKept({ runs, ...there })).toEqual({ started: 1, waiting: 0, givenUp: 0 });
    expect(started).toEqual([{ ...asked, runId: kept.runId }]);
    expect(await startKept({ runs, ...there })).toEqual({ started: 0, waiting: 0, givenUp: 0 });
  });

  it('waits while AWS goes on refusing, and is given up on record after a quarter of an hour', async () => {
    const { runs, started, state } = lambda();
    const there = house();
    state.mood = 'refuses';
    await startOrKeep({ runs, ...there }, asked, 'k3');
    expect(await startKept({ runs, ...there })).toMatchObject({ waiting: 1 });
    there.clock.nowMs += 900_001;
    state.mood = 'takes';
    expect(await startKept({ runs, ...there })).toMatchObject({ givenUp: 1 });
    expect(started).toEqual([]);
    expect(there.audited).toMatchObject([{ what: 'failed', who: 'U0OMAR', operation: 'health', subject: 'shop-db' }]);
  });

  it('is a fault, not a promise, when it could be neither started nor kept', async () => {
    const { runs, state } = lambda();
    state.mood = 'refuses';
    const outbox = { keep: () => Promise.reject(new Fault('timed_out', 'The state table did not answer.')) };
    await expect(startOrKeep({ runs, outbox, now: () => 0 }, asked, 'k4')).rejects.toThrow('did not answer');
  });
});
