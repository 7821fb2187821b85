import { describe, expect, it } from 'vitest';
import { costTable } from '../../scripts/cost/cost-table.ts';
import { assumptions, fleetUsage, usualFleet } from '../../scripts/cost/fleet-usage.ts';
import { monthlyCost, totalUsd, type MonthlyUsage } from '../../scripts/cost/monthly-cost.ts';
import { prices, regions } from '../../scripts/cost/prices.ts';
import { unitUsage } from '../../scripts/cost/unit-usage.ts';
import { instanceMetrics } from '../../src/providers/rds/metrics.ts';
import { itemBytes, writeUnits, type StoredItem } from '../../src/local/scale/table-units.ts';
import { foldAlarm, type TargetAlarms } from '../../src/state/incident-rules.ts';

describe('a month in dollars', () => {
  it('costs nothing when nothing is used, in every line', () => {
    for (const region of regions) {
      expect(monthlyCost({}, region).map(({ usd }) => usd)).toEqual(Object.keys(prices).map(() => 0));
      expect(totalUsd(monthlyCost(fleetUsage(usualFleet(0)), region))).toBe(0);
    }
  });

  it('costs twice as much when twice as much is used, in every line', () => {
    const once = fleetUsage(usualFleet(40));
    const twice: MonthlyUsage = Object.fromEntries(Object.entries(once).map(([id, used]) => [id, 2 * used]));
    const lines = monthlyCost(once, 'us-east-1');
    monthlyCost(twice, 'us-east-1').forEach((line, n) => expect(line.usd).toBeCloseTo(2 * (lines[n]?.usd ?? 0), 10));
  });

  it('is what a hand reckons', () => {
    // 3 M requests at 0.20, 100,000 GB-s at 0.0000133334, 500,000 operations at 8.00 a million, 10 M write units at 0.625.
    const usage = { lambdaRequests: 3e6, lambdaGbSeconds: 1e5, durableOperations: 5e5, tableWriteUnits: 1e7 };
    expect(totalUsd(monthlyCost(usage, 'us-east-1'))).toBeCloseTo(0.6 + 1.333_34 + 4 + 6.25, 6);
  });

  it('leaves what is optional out of the sum', () => {
    const lines = monthlyCost({ endpointHours: 730 }, 'us-east-1');
    expect(lines.find(({ id }) => id === 'endpointHours')?.usd).toBeCloseTo(7.3, 10);
    expect(totalUsd(lines)).toBe(0);
  });
});

describe('a month of a fleet', () => {
  it('grows with its targets, but for the alarms on the bot itself', () => {
    const { alarms, endpointHours, ...few } = fleetUsage(usualFleet(20));
    const many = fleetUsage(usualFleet(500));
    expect(many.alarms).toBe(alarms);
    expect(many.endpointHours).toBe(endpointHours);
    for (const [id, used] of Object.entries(few)) {
      expect(many[id as keyof MonthlyUsage], id).toBeCloseTo(25 * used, 3);
    }
  });

  it('counts the durable operations that a hand counts', () => {
    // 20 targets: 200 alarm changes of 16.75, 10 commands of 14, 20 reported targets of 5.3, one report of 7; each hour 20 counted
    // targets of 12 and one count of 6; each five minutes 20 watched targets of 3 and one watch of 6; thirty days.
    const aDay = 200 * 16.75 + 10 * 14 + 20 * 5.3 + 7 + 24 * (20 * 12 + 6) + 288 * (20 * 3 + 6);
    expect(fleetUsage(usualFleet(20)).durableOperations).toBeCloseTo(aDay * 30);
  });

  it('counts statements and reads logs only in the hours in which schedules ask for it', () => {
    const writesIn = (countedHoursPerDay: number) =>
      fleetUsage({ ...usualFleet(20), countedHoursPerDay }).tableWriteUnits ?? 0;
    const anHour = 20 * unitUsage.countedTarget.writeUnits + unitUsage.count.writeUnits;
    expect(writesIn(24) - writesIn(0)).toBeCloseTo(24 * 30 * anHour);
    expect(writesIn(6) - writesIn(0)).toBeCloseTo(6 * 30 * anHour);
  });

  it('watches who takes writes as often as the schedule asks for it', () => {
    const operationsOf = (watchesPerDay: number) =>
      fleetUsage({ ...usualFleet(20), watchesPerDay }).durableOperations ?? 0;
    const aLook = 20 * unitUsage.watchedTarget.durableOperations + unitUsage.watch.durableOperations;
    expect(operationsOf(288) - operationsOf(0)).toBeCloseTo(288 * 30 * aLook);
    expect(operationsOf(96) - operationsOf(0)).toBeCloseTo(96 * 30 * aLook);
  });

  it('asks for as many metrics as a member has, in every look', () => {
    expect(assumptions.metricsPerMember).toBe(instanceMetrics.lines.length);
    // 20 targets of two members: 10 alarm changes, half a command and a report a day, thirty days.
    expect(fleetUsage(usualFleet(20)).metricsAsked).toBeCloseTo(20 * 11.5 * 2 * 14 * 30);
    const line = monthlyCost({ metricsAsked: 1e6 }, 'us-east-1').find(({ id }) => id === 'metricsAsked');
    expect(line).toMatchObject({ usd: 10, isOptional: true });
  });

  it('takes an alarm of a target with a long past for as much dearer as its item is larger', () => {
    const reason = 'Threshold Crossed: 3 out of the last 3 datapoints were greater than the threshold (90.0).';
    let alarms: TargetAlarms = { target: 'db-00001', changes: [] };
    for (let minute = 0; minute < 200; minute++) {
      const state = minute % 2 === 0 ? 'ALARM' : 'OK';
      const at = new Date(Date.UTC(2026, 9, 5, 0, minute * 20)).toISOString();
      alarms = foldAlarm(alarms, { alarm: 'db-00001-alarm', state, at, reason }).alarms;
    }
    const item: StoredItem = { body: asAttribute(alarms) };
    const { writeUnits: modelled } = unitUsage.longPast;
    expect(writeUnits(itemBytes(item)) - 1).toBeGreaterThan(0.8 * modelled);
    expect(writeUnits(itemBytes(item)) - 1).toBeLessThan(1.2 * modelled);
  });
});

describe('the printed model', () => {
  it('says the same each time, and marks what was not read on a page', () => {
    expect(costTable()).toBe(costTable());
    expect(costTable()).toContain('0.7625 ?');
    expect(costTable()).toContain('1 target |');
  });
});

function asAttribute(value: unknown): { readonly [type: string]: unknown } {
  if (typeof value === 'string') return { S: value };
  if (Array.isArray(value)) return { L: value.map(asAttribute) };
  if (typeof value !== 'object' || value === null) return { NULL: true };
  return { M: Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asAttribute(inner)])) };
}
