import { describe, expect, it } from 'vitest';
import type { RunContext, Steps } from '../../../src/core/operation.ts';
import type { Past, Remembered } from '../../../src/core/past.ts';
import type { Quiet } from '../../../src/core/quiet.ts';
import type { Report } from '../../../src/core/report.ts';
import type { Trigger } from '../../../src/core/trigger.ts';
import { health } from '../../../src/operations/health.ts';
import type { Look } from '../../../src/operations/health/look.ts';
import { expectPublished } from '../../published-json.ts';

const target = { name: 'shop-db', engine: 'postgres', environment: 'production' } as const;
const schedule: Trigger = { kind: 'schedule', name: 'often', scheduledAt: '2026-11-24T02:00:00Z' };
const alarm: Trigger = { kind: 'alarm', name: 'a', state: 'ALARM', at: '2026-11-24T02:00:00Z', incident: 'i' };
const person: Trigger = { kind: 'command', user: 'U0VERA', channel: 'C0DBALERTS' };
const nothing: Quiet = { mutes: [], windows: [], acts: [] };

/** A target whose connections are used up to this share, in percent; nothing else is answered. */
function seen(used: number): Look {
  const sample = { usable: 100, used, states: {}, applications: [], moreApplications: 0 };
  const members = [{ name: 'shop-db-1', role: 'primary', reached: true }];
  return { members, primary: 'shop-db-1', answers: { 'postgres.connections': { sample } } };
}

/** Runs one after the other, each five minutes later, that remember as the frame does. */
function place(options: { quiet?: Quiet; hysteresis?: { fireAfter?: number; clearAfter?: number } } = {}) {
  let past: Past = { quiet: options.quiet ?? nothing };
  let minutes = 0;
  const ended: string[] = [];
  const run = async (trigger: Trigger, looks: readonly Look[], waitMinutes = 5): Promise<Ran> => {
    minutes += waitMinutes;
    const left = [...looks];
    const slept: number[] = [];
    const steps = { collect: async () => left.shift() };
    const context: Partial<RunContext<Steps>> = {
      trigger,
      startedAt: new Date(Date.parse('2026-11-24T02:00:00.000Z') + minutes * 60_000).toISOString(),
      targets: [target],
      subject: target.name,
      steps: steps as unknown as RunContext<Steps>['steps'],
      each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context as RunContext<Steps>))),
      limits: () => ({}),
      hysteresis: () => options.hysteresis ?? {},
      past: async () => past,
      neighbours: () => [],
      trends: async () => [],
      remember: async (_target, look: Remembered) => {
        if (trigger.kind !== 'command') past = { ...past, baseline: look };
      },
      unmute: async (_target, what) => ended.push(what) > 0,
      sleep: async (_name, seconds) => void slept.push(seconds),
    };
    const outcome = await health.run(context as RunContext<Steps>, {});
    expectPublished(outcome);
    if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
    return { report: outcome.done, slept, left: left.length };
  };
  return { run, ended };
}
type Ran = { report: Report; slept: number[]; left: number };

const heldOf = ({ report }: Ran) => (report.held ?? []).map(({ key, held: { by } }) => `${by} ${key}`);

describe('a scheduled report', () => {
  it('looks a second time where the last one is hours ago, and tells of what is still there', async () => {
    const ran = await place().run(schedule, [seen(85), seen(85)]);
    expect(ran.slept).toEqual([60]);
    expect(ran.report).toMatchObject({ status: 'warning', headline: '1 warning', findings: [{ change: 'NEW' }] });
  });

  it('says nothing of what the second look does not meet again', async () => {
    const ran = await place().run(schedule, [seen(85), seen(20)]);
    expect(ran.report).toMatchObject({ status: 'healthy', headline: 'healthy', findings: [], resolved: [] });
    expect(heldOf(ran)).toEqual([]);
  });

  it('looks once where all is well, and where the next report comes soon', async () => {
    const { run } = place();
    expect(await run(schedule, [seen(20), seen(20)])).toMatchObject({ slept: [], left: 1 });
    const soon = await run(schedule, [seen(85), seen(85)]);
    expect(soon).toMatchObject({ slept: [], report: { status: 'healthy' } });
    expect(heldOf(soon)).toEqual(['unconfirmed postgres.connections:slots']);
    expect((await run(schedule, [seen(85)])).report).toMatchObject({
      status: 'warning',
      headline: '1 warning (was healthy at 02:10 UTC)',
    });
  });

  it('is not resolved while a value is back within its limit by less than a tenth', async () => {
    const { run } = place();
    await run(schedule, [seen(85), seen(85)]);
    for (let n = 0; n < 5; n += 1)
      expect(heldOf(await run(schedule, [seen(79)]))).toEqual(['clearing postgres.connections:slots']);
    await run(schedule, [seen(60)]);
    await run(schedule, [seen(60)]);
    expect((await run(schedule, [seen(60)])).report.resolved).toHaveLength(1);
  });

  it('takes the looks in a row from the config', async () => {
    const { run } = place({ hysteresis: { fireAfter: 1, clearAfter: 1 } });
    expect(await run(schedule, [seen(85)])).toMatchObject({ slept: [], report: { status: 'warning' } });
    expect((await run(schedule, [seen(20)])).report.resolved).toHaveLength(1);
  });

  it('tells at once of a member that does not answer', async () => {
    const away = {
      ...seen(20),
      members: [...seen(20).members, { name: 'shop-db-2', role: 'replica', reached: false }],
    };
    expect(await place().run(schedule, [away])).toMatchObject({ slept: [], report: { status: 'warning' } });
  });
});

describe('a report after an alarm', () => {
  it('is made at the first look: the alarm has looked before', async () => {
    expect(await place().run(alarm, [seen(85)])).toMatchObject({ slept: [], report: { status: 'warning' } });
  });
});

describe("a person's report", () => {
  it('shows this instant, says what is not confirmed, and offers to mute it', async () => {
    const { report } = await place().run(person, [seen(85)]);
    expect(report.findings).toMatchObject([
      {
        marks: ['not yet confirmed'],
        actions: expect.arrayContaining([
          expect.objectContaining({
            label: 'Mute 4 h…',
            args: ['postgres.connections:slots', '4h'],
            disruptive: false,
          }),
        ]),
      },
    ]);
  });
});

describe('in an open window', () => {
  const quiet = { ...nothing, windows: [{ name: 'deploys', until: '2026-11-24T04:00:00.000Z', expects: [] }] };

  it('the headline says so, and what is expected leaves it green', async () => {
    const ran = await place({ quiet }).run(schedule, [seen(85), seen(85)]);
    expect(ran.report).toMatchObject({
      status: 'healthy',
      headline: 'healthy, in the window deploys until 2026-11-24 04:00 UTC',
    });
    expect(heldOf(ran)).toEqual(['window postgres.connections:slots']);
  });

  it('what is critical is told', async () => {
    const { report } = await place({ quiet }).run(schedule, [seen(99), seen(99)]);
    expect(report).toMatchObject({ status: 'critical', findings: [{ severity: 'critical' }] });
  });
});

describe('a muted finding', () => {
  const quiet: Quiet = {
    ...nothing,
    mutes: [
      {
        target: 'shop-db',
        what: 'postgres.connections',
        by: 'ana',
        reason: 'load test',
        at: '2026-11-24T01:00:00.000Z',
        until: '2026-11-24T08:00:00.000Z',
        upTo: 'warning',
      },
    ],
  };

  it('is never in the status or the headline, whoever asks, and can be heard again from there', async () => {
    for (const trigger of [schedule, person]) {
      const { report } = await place({ quiet }).run(trigger, [seen(85), seen(85)]);
      expect(report).toMatchObject({ status: 'healthy', headline: 'healthy', findings: [] });
      expect(report.held).toMatchObject([
        {
          held: { by: 'mute', words: 'until 2026-11-24 08:00 UTC by ana: load test' },
          actions: [{ operation: 'unmute', args: ['postgres.connections:slots'] }],
        },
      ]);
    }
  });

  it('ends its mute when it becomes critical, but not because a person looked', async () => {
    const { run, ended } = place({ quiet });
    expect((await run(person, [seen(99)])).report.status).toBe('critical');
    expect(ended).toEqual([]);
    expect((await run(alarm, [seen(99)])).report.findings).toMatchObject([
      { marks: [expect.stringMatching(/mute by ana/)] },
    ]);
    expect(ended).toEqual(['postgres.connections']);
  });
});
