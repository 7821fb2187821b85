import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { unitUsage } from '../../scripts/cost/unit-usage.ts';
import { perTarget, spread } from '../../src/local/scale/per-target.ts';
import type { DayUsage } from '../../src/local/scale/simulate.ts';

const script = fileURLToPath(new URL('../../scripts/scale.ts', import.meta.url));
const ENVIRONMENT = 4;
const COUNTED_HOURS = 6;
const WATCHES = 24;
let quiet: DayUsage;
let four: DayUsage;
let eight: DayUsage;
let hourly: DayUsage;
let watched: DayUsage;

/** A day in a process of its own: it takes over the time of its process. */
async function aDay(targets: number, alarms: number, { countedHours = 0, watches = 0 } = {}): Promise<DayUsage> {
  const schedules = { 'counted-hours': countedHours, watches };
  const numbers = { targets, alarms, commands: 0, 'environment-size': ENVIRONMENT, ...schedules };
  const words = Object.entries(numbers).map(([name, value]) => `--${name}=${value}`);
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...words, '--json']);
  return JSON.parse(stdout) as DayUsage;
}

beforeAll(async () => {
  [quiet, four, eight, hourly, watched] = await Promise.all([
    aDay(4, 0),
    aDay(4, 8),
    aDay(8, 16),
    aDay(4, 0, { countedHours: COUNTED_HOURS }),
    aDay(4, 0, { watches: WATCHES }),
  ]);
});

describe('a simulated day', () => {
  it('loses nothing: every alarm change and every report is one run that ended', () => {
    expect(four.functions.invocations['schedule']).toBe(1);
    expect(four.functions.durable.executions).toBe(9);
    expect(eight.functions.durable.executions).toBe(18);
    expect(eight.slack.refused).toBe(0);
  });

  it('does exactly twice the work for twice the targets', () => {
    for (const count of ['executions', 'operations'] as const) {
      expect(eight.functions.durable[count], count).toBe(2 * four.functions.durable[count]);
    }
    expect(eight.functions.invocations['read']).toBe(2 * (four.functions.invocations['read'] ?? 0));
    expect(eight.functions.durable.mostOperations).toBe(four.functions.durable.mostOperations);
  });

  it('uses the same for each target within a few percent, whatever the measure', () => {
    const counted = Object.entries(spread([four, eight])).filter(([name]) => name !== 'operations replayed');
    expect(counted.length).toBeGreaterThan(8);
    for (const [name, ratio] of counted) expect(ratio, name).toBeLessThan(1.06);
  });

  it('writes of what everybody shares only the record of the day, the turns and the places, far below what a partition takes', () => {
    const shared = eight.table.hottest.filter(({ key }) => !/^(history|incident|message|metrics)#/.test(key));
    const units = Object.fromEntries(shared.map(({ key, writeUnits }) => [key, writeUnits]));
    expect(Object.keys(units).toSorted()).toEqual(['audit-day#2026-10-05', 'places', 'turns']);
    expect(units['audit-day#2026-10-05']).toBe(2 * eight.functions.durable.executions);
    expect(units['turns']).toBeLessThanOrEqual(3 * 16);
    expect(units['places']).toBeLessThanOrEqual(3 * 16);
  });
});

describe('what the price model takes a piece of work for', () => {
  const changes = 8;
  const within = (counted: number, modelled: number, name: string) => {
    expect(counted / modelled, `${name}: counted ${counted}, modelled ${modelled}`).toBeGreaterThan(0.85);
    expect(counted / modelled, `${name}: counted ${counted}, modelled ${modelled}`).toBeLessThan(1.15);
  };
  const each = (pick: (day: DayUsage) => number) => (pick(four) - pick(quiet)) / changes;

  it('is what an alarm change was seen to use', () => {
    const modelled = unitUsage.alarmChange;
    within(
      each(({ table }) => table.total.readUnits),
      modelled.readUnits,
      'read units',
    );
    within(
      each(({ table }) => table.total.writeUnits),
      modelled.writeUnits,
      'write units',
    );
    within(
      each(({ functions }) => functions.durable.operations),
      modelled.durableOperations,
      'operations',
    );
    within(
      each(({ table }) => table.storedBytes),
      modelled.storedBytes,
      'stored bytes',
    );
    within(
      each(({ functions }) => functions.durable.writtenBytes + functions.answeredBytes),
      modelled.durableBytes,
      'durable bytes',
    );
  });

  it('is what a report on an environment was seen to use', () => {
    const of = (name: 'readUnits' | 'writeUnits' | 'durableOperations' | 'storedBytes') =>
      unitUsage.report[name] + ENVIRONMENT * unitUsage.reportedTarget[name];
    within(quiet.table.total.readUnits, of('readUnits'), 'read units');
    within(quiet.table.total.writeUnits, of('writeUnits'), 'write units');
    within(quiet.functions.durable.operations, of('durableOperations'), 'operations');
    within(quiet.table.storedBytes, of('storedBytes'), 'stored bytes');
  });

  it('is what an hour of counting statements and reading logs was seen to use', () => {
    const modelled = (name: 'writeUnits' | 'durableOperations' | 'durableBytes' | 'readUnits') =>
      unitUsage.count[name] + ENVIRONMENT * unitUsage.countedTarget[name];
    const anHour = (pick: (day: DayUsage) => number) => (pick(hourly) - pick(quiet)) / COUNTED_HOURS;
    within(
      anHour(({ table }) => table.total.writeUnits),
      modelled('writeUnits'),
      'write units',
    );
    within(
      anHour(({ functions }) => functions.durable.operations),
      modelled('durableOperations'),
      'operations',
    );
    within(
      anHour(({ functions }) => functions.durable.writtenBytes + functions.answeredBytes),
      modelled('durableBytes'),
      'durable bytes',
    );
    // The first hours have less to read than all later ones.
    expect(anHour(({ table }) => table.total.readUnits)).toBeLessThan(modelled('readUnits'));
    expect(anHour(({ table }) => table.total.readUnits)).toBeGreaterThan(0.5 * modelled('readUnits'));
  });
});

describe('the watch in the price model', () => {
  it('is what a look at who takes writes was seen to use', () => {
    const counted = {
      readUnits: ({ table }: DayUsage) => table.total.readUnits,
      writeUnits: ({ table }: DayUsage) => table.total.writeUnits,
      durableOperations: ({ functions }: DayUsage) => functions.durable.operations,
      durableBytes: ({ functions }: DayUsage) => functions.durable.writtenBytes + functions.answeredBytes,
    };
    for (const name of ['readUnits', 'writeUnits', 'durableOperations', 'durableBytes'] as const) {
      const modelled = unitUsage.watch[name] + ENVIRONMENT * unitUsage.watchedTarget[name];
      const ratio = (counted[name](watched) - counted[name](quiet)) / WATCHES / modelled;
      expect(ratio, name).toBeGreaterThan(0.85);
      expect(ratio, name).toBeLessThan(1.15);
    }
  });
});

describe('the measures for each target', () => {
  it('are counts divided by targets', () => {
    expect(perTarget(quiet)['durable operations']).toBe(quiet.functions.durable.operations / ENVIRONMENT);
  });
});
