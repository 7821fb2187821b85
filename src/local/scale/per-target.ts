import type { DayUsage } from './simulate.ts';

/** What a day uses for each target, on the average: equal at every size where all is linear. */
export type PerTarget = { readonly [measure: string]: number };

/** Counts of a day divided by its targets. */
export function perTarget({ day, table, functions, slack }: DayUsage): PerTarget {
  const { durable, invocations } = functions;
  const counts = {
    'state reads': table.total.reads,
    'state writes': table.total.writes,
    'read units': table.total.readUnits,
    'write units': table.total.writeUnits,
    'stored KB': table.storedBytes / 1024,
    'Slack posts': slack.methods['chat.postMessage'] ?? 0,
    'Slack updates': slack.methods['chat.update'] ?? 0,
    'durable executions': durable.executions,
    'durable operations': durable.operations,
    'durable KB written': (durable.writtenBytes + functions.answeredBytes) / 1024,
    'operations replayed': durable.replayedOperations,
    'Lambda invocations': Object.values(invocations).reduce((sum, count) => sum + count, 0),
  };
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count / day.targets]));
}

/** The largest over the smallest of each measure, for days of different sizes: 1 where it is exactly linear. */
export function spread(days: readonly DayUsage[]): PerTarget {
  const all = days.map(perTarget);
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const values = all.map((one) => one[name] ?? 0);
      return [name, Math.min(...values) === 0 ? 1 : Math.max(...values) / Math.min(...values)];
    }),
  );
}
