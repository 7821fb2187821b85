import { describe, expect, it } from 'vitest';
import { askForLook, fillPlaces, lookIsOver, type TurnTools, type Wanted } from '../../src/app/take-turns.ts';
import { Fault } from '../../src/core/errors.ts';
import type { RunRequest } from '../../src/core/run.ts';
import { createPlaces } from '../../src/state/places.ts';
import { createQueue } from '../../src/state/queue.ts';
import { createTurns } from '../../src/state/turns.ts';
import { memoryTable } from './memory-table.ts';

/** Lambda as it is met: what was started, and whether it takes anything. */
function house() {
  const clock = { nowMs: Date.parse('2026-11-25T03:00:00Z') };
  const table = memoryTable(() => clock.nowMs);
  const started: RunRequest[] = [];
  const lambda = { takes: true };
  const startNamed = async (request: RunRequest): Promise<void> => {
    if (!lambda.takes) throw new Fault('throttled', 'the run could not be started now');
    if (!started.some(({ runId }) => runId === request.runId)) started.push(request);
  };
  const state = { turns: createTurns(table), places: createPlaces(table), queue: createQueue(table) };
  const tools: TurnTools = { ...state, runs: { startNamed }, now: () => clock.nowMs, log: () => {} };
  return { clock, lambda, started, tools };
}

function wanted(target: string, alarm = 'lag', at = '03:00'): Wanted {
  const trigger = { kind: 'alarm', name: alarm, state: 'ALARM', at, incident: `${target}-1` } as const;
  const request = { operation: 'health', subject: target, args: {}, trigger };
  return { request, claimKey: `${target}:${alarm}:${at}`, environment: 'production', inAlarm: true };
}

const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const subjects = (requests: readonly RunRequest[]) => requests.map(({ subject }) => subject);

describe('a report that an alarm asks for', () => {
  it('is started at once while fewer than four are made, and waits beyond', async () => {
    const { started, tools } = house();
    const given = [];
    for (const target of six) given.push(await askForLook(tools, wanted(target)));
    expect(subjects(started)).toEqual(['a', 'b', 'c', 'd']);
    expect(given.map(({ waits }) => waits)).toEqual([false, false, false, false, true, true]);
  });

  it('begins when the look of another one is over, that of the oldest alarm first', async () => {
    const { clock, started, tools } = house();
    for (const target of six) {
      await askForLook(tools, wanted(target));
      clock.nowMs += 1_000;
    }
    await lookIsOver(tools, started[2]!);
    await lookIsOver(tools, started[2]!);
    expect(subjects(started)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is not lost when AWS refuses its start while somebody else reads the queue', async () => {
    const { clock, started, tools } = house();
    for (const target of ['a', 'b', 'c', 'd', 'e']) await askForLook(tools, wanted(target));
    const { startNamed } = tools.runs;
    let refuse = true;
    const refusing: TurnTools = {
      ...tools,
      runs: {
        startNamed: async (request) => {
          if (!refuse) return startNamed(request);
          refuse = false;
          await fillPlaces(tools);
          throw new Fault('throttled', 'the run could not be started now');
        },
      },
    };
    await lookIsOver(refusing, started[0]!);
    clock.nowMs += 60_000;
    await fillPlaces(tools);
    expect(subjects(started)).toContain('e');
  });

  it('is the one that waits or is made already, when another alarm of the target comes', async () => {
    const { started, tools } = house();
    const first = await askForLook(tools, wanted('a'));
    expect(await askForLook(tools, wanted('a', 'connections'))).toEqual({ ...first, joined: true });
    expect(started).toHaveLength(1);
  });

  it('is a new one for a new alarm after the look was over, but not for an alarm that is delivered again', async () => {
    const { started, tools } = house();
    await askForLook(tools, wanted('a'));
    await askForLook(tools, wanted('a', 'connections'));
    await lookIsOver(tools, started[0]!);
    await askForLook(tools, wanted('a'));
    await askForLook(tools, wanted('a', 'connections'));
    expect(started).toHaveLength(1);
    await askForLook(tools, wanted('a', 'lag', '03:30'));
    expect(started).toHaveLength(2);
  });

  it('is started by the minute when AWS refused it, without a second alarm', async () => {
    const { lambda, started, tools } = house();
    lambda.takes = false;
    expect(await askForLook(tools, wanted('a'))).toMatchObject({ waits: true });
    lambda.takes = true;
    await fillPlaces(tools);
    expect(subjects(started)).toEqual(['a']);
  });

  it('is started by the next delivery when the door died after it had the place', async () => {
    const { started, tools } = house();
    const dying = { ...tools, runs: { startNamed: () => Promise.reject(new Error('killed')) } };
    await expect(askForLook(dying, wanted('a'))).rejects.toThrow('killed');
    await askForLook(tools, wanted('a'));
    expect(subjects(started)).toEqual(['a']);
  });
});

describe('a run that died while it looked', () => {
  it('is followed by another under a name of its own, after its time, and keeps nobody waiting for longer', async () => {
    const { clock, started, tools } = house();
    for (const target of six) await askForLook(tools, wanted(target));
    clock.nowMs += 179_000;
    await fillPlaces(tools);
    expect(started).toHaveLength(4);
    clock.nowMs += 2_000;
    await fillPlaces(tools);
    await fillPlaces(tools);
    expect(subjects(started)).toEqual(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']);
    expect(new Set(started.map(({ runId }) => runId)).size).toBe(8);
    expect(started[4]?.trigger).toEqual(started[0]?.trigger);
  });

  it('is followed by another also when it died between its place and its start', async () => {
    const { clock, started, tools } = house();
    const dying = { ...tools, turns: { ...tools.turns, begin: () => Promise.reject(new Error('killed')) } };
    await expect(askForLook(dying, wanted('a'))).rejects.toThrow('killed');
    clock.nowMs += 181_000;
    await fillPlaces(tools);
    expect(subjects(started)).toEqual(['a']);
    expect(await tools.places.dead()).toEqual([]);
  });

  it('takes nothing from the one in its place when it was only late', async () => {
    const { clock, started, tools } = house();
    for (const target of six) await askForLook(tools, wanted(target));
    clock.nowMs += 181_000;
    await fillPlaces(tools);
    await lookIsOver(tools, started[0]!);
    expect(subjects(started)).toEqual(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']);
    await lookIsOver(tools, started[4]!);
    expect(subjects(started).slice(8)).toEqual(['e']);
  });
});

describe('four hundred alarms at once', () => {
  it('never have more than four looks under way, and all are looked at', async () => {
    const { started, tools } = house();
    const targets = Array.from({ length: 100 }, (_, n) => `t${n}`);
    const asks = targets.flatMap((target) => ['a', 'b', 'c', 'd'].map((alarm) => wanted(target, alarm)));
    await Promise.all(asks.map((ask) => askForLook(tools, ask)));
    let over = 0;
    for (; over < started.length; over += 1) {
      expect(started.length - over).toBeLessThanOrEqual(4);
      await lookIsOver(tools, started[over]!);
    }
    expect(over).toBe(100);
    expect(new Set(subjects(started)).size).toBe(100);
  });
});
