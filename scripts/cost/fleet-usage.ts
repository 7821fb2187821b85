import type { MonthlyUsage } from './monthly-cost.ts';
import { unitUsage, type UnitUsage } from './unit-usage.ts';

/** How a fleet lives. */
export type Fleet = {
  targets: number;
  /** ALARM and OK each count. */
  alarmChangesPerTargetPerDay: number;
  commandsPerTargetPerDay: number;
  reportsPerDay: number;
  targetsPerEnvironment: number;
  /** Hours in which schedules count statements and read logs. */
  countedHoursPerDay: number;
  /** Looks at who takes writes, at each environment. */
  watchesPerDay: number;
};

export function usualFleet(targets: number): Fleet {
  return {
    targets,
    alarmChangesPerTargetPerDay: 10,
    commandsPerTargetPerDay: 0.5,
    reportsPerDay: 1,
    targetsPerEnvironment: 20,
    countedHoursPerDay: 24,
    watchesPerDay: 288,
  };
}

/** What was not counted but assumed, for the reader to replace. */
export const assumptions = {
  daysPerMonth: 30,
  hoursPerMonth: 730,
  memoryGb: 0.5,
  /** Of one invocation, with the waits for Slack and the databases in it; start-ups included. */
  durationSeconds: { slack: 0.1, schedule: 0.1, alarm: 0.15, run: 0.5, read: 0.8 },
  /** START, END, REPORT and a line of ours. */
  logBytesPerInvocation: 1_500,
  /** How long the average item of the table is kept: looks 7 days, statements 15, runs and messages 90, the audit for ever. */
  tableDays: 90,
  /** retentionPeriodInDays of serverless.yml. */
  durableDays: 30,
  ownAlarms: 12,
  /** Of a target that AWS hosts, each asked for its metrics in every look. */
  hostedMembers: 2,
  /** src/providers/rds/metrics.ts has as many for an instance. */
  metricsPerMember: 14,
  /** One endpoint in two zones, where passwords are kept in Secrets Manager or SSM. */
  endpointZones: 2,
} as const;

const GB = 1024 ** 3;

/** Pure: a month of a fleet in the units that AWS counts. A fleet without targets uses nothing. */
export function fleetUsage(fleet: Fleet): MonthlyUsage {
  if (fleet.targets === 0) return {};
  const day = dayOf(fleet);
  const days = assumptions.daysPerMonth;
  const invocations = Object.values(day.invocations).reduce((sum, count) => sum + count, 0);
  const storedGbPerDay = day.storedBytes / GB;
  const durableGbPerDay = day.durableBytes / GB;
  return {
    lambdaRequests: invocations * days,
    lambdaGbSeconds: secondsOf(day.invocations) * assumptions.memoryGb * days,
    durableOperations: day.durableOperations * days,
    durableWrittenGb: durableGbPerDay * days,
    durableKeptGb: durableGbPerDay * assumptions.durableDays,
    tableWriteUnits: day.writeUnits * days,
    tableReadUnits: day.readUnits * days,
    tableGb: storedGbPerDay * assumptions.tableDays,
    tableRecoveryGb: storedGbPerDay * assumptions.tableDays,
    scheduleInvocations: day.invocations.schedule * days,
    logGb: (invocations * assumptions.logBytesPerInvocation * days) / GB,
    alarms: assumptions.ownAlarms,
    metricsAsked: looksADay(fleet) * assumptions.hostedMembers * assumptions.metricsPerMember * days,
    endpointHours: assumptions.hoursPerMonth * assumptions.endpointZones,
  };
}

/** Every alarm change, command and report looks at its target once. */
function looksADay({ targets, alarmChangesPerTargetPerDay, commandsPerTargetPerDay, reportsPerDay }: Fleet): number {
  return targets * (alarmChangesPerTargetPerDay + commandsPerTargetPerDay + reportsPerDay);
}

type Day = Omit<UnitUsage, 'invocations'> & { invocations: Required<UnitUsage['invocations']> };

function dayOf(fleet: Fleet): Day {
  const { targets, reportsPerDay, countedHoursPerDay, watchesPerDay } = fleet;
  const environments = Math.ceil(targets / fleet.targetsPerEnvironment);
  return [
    times(unitUsage.alarmChange, targets * fleet.alarmChangesPerTargetPerDay),
    times(unitUsage.longPast, targets * fleet.alarmChangesPerTargetPerDay),
    times(unitUsage.command, targets * fleet.commandsPerTargetPerDay),
    times(unitUsage.reportedTarget, targets * reportsPerDay),
    times(unitUsage.report, environments * reportsPerDay),
    times(unitUsage.countedTarget, targets * countedHoursPerDay),
    times(unitUsage.count, environments * countedHoursPerDay),
    times(unitUsage.watchedTarget, targets * watchesPerDay),
    times(unitUsage.watch, environments * watchesPerDay),
  ].reduce(plus);
}

function times(unit: UnitUsage, count: number): Day {
  const { slack = 0, schedule = 0, alarm = 0, run, read } = unit.invocations;
  return {
    readUnits: unit.readUnits * count,
    writeUnits: unit.writeUnits * count,
    durableOperations: unit.durableOperations * count,
    durableBytes: unit.durableBytes * count,
    storedBytes: unit.storedBytes * count,
    invocations: {
      slack: slack * count,
      schedule: schedule * count,
      alarm: alarm * count,
      run: run * count,
      read: read * count,
    },
  };
}

function plus(one: Day, other: Day): Day {
  const a = one.invocations;
  const b = other.invocations;
  return {
    readUnits: one.readUnits + other.readUnits,
    writeUnits: one.writeUnits + other.writeUnits,
    durableOperations: one.durableOperations + other.durableOperations,
    durableBytes: one.durableBytes + other.durableBytes,
    storedBytes: one.storedBytes + other.storedBytes,
    invocations: {
      slack: a.slack + b.slack,
      schedule: a.schedule + b.schedule,
      alarm: a.alarm + b.alarm,
      run: a.run + b.run,
      read: a.read + b.read,
    },
  };
}

function secondsOf(invocations: Day['invocations']): number {
  const { durationSeconds } = assumptions;
  const names = ['slack', 'schedule', 'alarm', 'run', 'read'] as const;
  return names.reduce((sum, name) => sum + invocations[name] * durationSeconds[name], 0);
}
