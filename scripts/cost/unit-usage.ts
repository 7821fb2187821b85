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
    readUnits: 36.4,
    writeUnits: 33.2,
    durableOperations: 13,
    durableBytes: 15_000,
    storedBytes: 8_000,
    invocations: { alarm: 1, run: 2, read: 1 },
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
    readUnits: 15,
    writeUnits: 23.8,
    durableOperations: 11,
    durableBytes: 12_800,
    storedBytes: 7_100,
    invocations: { slack: 1, run: 2, read: 1 },
  },
  /** One target in a report on an environment. */
  reportedTarget: {
    readUnits: 10,
    writeUnits: 16.6,
    durableOperations: 5.3,
    durableBytes: 5_400,
    storedBytes: 13_700,
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
} as const satisfies Record<string, UnitUsage>;
