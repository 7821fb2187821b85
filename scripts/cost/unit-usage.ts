/** What one piece of work uses. */
export type UnitUsage = {
  readUnits: number;
  writeUnits: number;
  durableOperations: number;
  /** Payloads and results that the durable service stores. */
  durableBytes: number;
  /** What the table has more afterwards. */
  storedBytes: number;
  invocations: {
    readonly slack?: number;
    readonly schedule?: number;
    readonly alarm?: number;
    readonly run: number;
    readonly read: number;
  };
};

/**
 * Counted by `npm run scale`; test/scale/day.test.ts counts again and fails when the code has moved away from it.
 */
export const unitUsage = {
  alarmChange: {
    readUnits: 45,
    writeUnits: 45,
    durableOperations: 16.75,
    durableBytes: 56_500,
    storedBytes: 19_600,
    // One target in ten is in trouble here, and three more are looked at then. Beside each report of PostgreSQL its log is read.
    invocations: { alarm: 1, run: 3, read: 1.8 },
  },
  /** What an alarm change needs more when the item of its target holds its hundred last changes: it is read three times and written once. */
  longPast: {
    readUnits: 6,
    writeUnits: 10,
    durableOperations: 0,
    durableBytes: 0,
    storedBytes: 0,
    invocations: { run: 0, read: 0 },
  },
  command: {
    readUnits: 30.3,
    writeUnits: 36,
    durableOperations: 14,
    durableBytes: 49_000,
    storedBytes: 18_300,
    invocations: { slack: 1, run: 2, read: 1.3 },
  },
  /** One target in a report on an environment. */
  reportedTarget: {
    readUnits: 11.9,
    writeUnits: 32.6,
    durableOperations: 5.3,
    durableBytes: 20_400,
    storedBytes: 29_900,
    invocations: { run: 0.22, read: 1 },
  },
  /** The report itself, whatever is in it. */
  report: {
    readUnits: 15,
    writeUnits: 18,
    durableOperations: 7,
    durableBytes: 2_000,
    storedBytes: 2_000,
    invocations: { schedule: 1, run: 2, read: 0 },
  },
  /**
   * An hour of one target: the count of its statements (300 on the primary, 60 on the replica) and, of two targets in three, which are
   * PostgreSQL, the reading of its log. Reads are those of a target that has been counted for six hours.
   */
  countedTarget: {
    readUnits: 67.7,
    writeUnits: 69.9,
    durableOperations: 12,
    durableBytes: 70_900,
    storedBytes: 17_800,
    invocations: { schedule: 0.67, run: 1.3, read: 2.33 },
  },
  /** The count of an environment itself, whatever is in it. */
  count: {
    readUnits: 5,
    writeUnits: 6.8,
    durableOperations: 6,
    durableBytes: 10_500,
    storedBytes: 2_500,
    invocations: { schedule: 1, run: 3.1, read: 0 },
  },
  /** One target in a look at who takes writes. */
  watchedTarget: {
    readUnits: 1.14,
    writeUnits: 1.29,
    durableOperations: 3,
    durableBytes: 1_020,
    storedBytes: 9,
    invocations: { run: 0.22, read: 1 },
  },
  /** The look itself, whatever is in it. */
  watch: {
    readUnits: 3.3,
    writeUnits: 8.9,
    durableOperations: 6,
    durableBytes: 300,
    storedBytes: 2_300,
    invocations: { schedule: 1, run: 1.1, read: 0 },
  },
} as const satisfies Record<string, UnitUsage>;
