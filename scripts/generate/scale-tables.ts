import { perTarget, spread } from '../../src/local/scale/per-target.ts';
import type { DayUsage } from '../../src/local/scale/simulate.ts';
import { callsPerRun, slackNeed, stormMinutes } from '../../src/local/scale/slack-capacity.ts';
import { markdownTable } from './markdown.ts';

/** What `npm run scale -- --write` keeps in docs/scale-measured.json. */
export type Measured = {
  /** YYYY-MM-DD */
  measuredOn: string;
  machine: string;
  node: string;
  days: readonly DayUsage[];
  /** The nightly report of environments that are large. */
  wide: readonly DayUsage[];
};

/** The measured days as Markdown. */
export function measuredTables(measured: Measured): string {
  const { days, wide, measuredOn, machine, node } = measured;
  const largest = days.at(-1);
  return [
    `Measured ${measuredOn} on ${machine}, Node ${node}. Times are of that machine; counts are the same on any.`,
    totals(days),
    '### For each target',
    'Each count of the table above and more, divided by the number of targets. The spread is the largest over the smallest: 1.00 is exactly linear.',
    linear(days),
    ...(largest ? ['### Keys', keys(largest), '### Slack', slack(days), storms(largest)] : []),
    ...(wide.length > 0 ? ['### One environment with everything', totals(wide)] : []),
  ].join('\n\n');
}

function totals(days: readonly DayUsage[]): string {
  const rows: [string, (day: DayUsage) => string][] = [
    ['targets', ({ day }) => whole(day.targets)],
    ['alarm changes', ({ day }) => whole(day.alarms)],
    ['commands', ({ day }) => whole(day.commands)],
    ['targets in an environment', ({ day }) => whole(day.environmentSize)],
    ['state reads / writes', ({ table }) => `${whole(table.total.reads)} / ${whole(table.total.writes)}`],
    ['read / write units', ({ table }) => `${whole(table.total.readUnits)} / ${whole(table.total.writeUnits)}`],
    ['largest item', ({ table }) => `${whole(table.largest.bytes / 1024)} KB (${table.largest.kind})`],
    ['durable executions', ({ functions }) => whole(functions.durable.executions)],
    ['durable operations', ({ functions }) => whole(functions.durable.operations)],
    ['most operations in one execution', ({ functions }) => whole(functions.durable.mostOperations)],
    ['Lambda invocations', ({ functions }) => whole(sumOf(functions.invocations))],
    ['Slack posts', ({ slack: { methods } }) => whole(methods['chat.postMessage'] ?? 0)],
    ['Slack updates', ({ slack: { methods } }) => whole(methods['chat.update'] ?? 0)],
    ['failed invocations', ({ functions }) => whole(functions.failures)],
    ['wall time', ({ wallSeconds }) => `${whole(wallSeconds)} s`],
  ];
  const [head = ['', () => ''] as const, ...rest] = rows;
  return markdownTable(
    [head[0], ...days.map(head[1])],
    rest.map(([name, value]) => [name, ...days.map(value)]),
  );
}

function linear(days: readonly DayUsage[]): string {
  const each = days.map(perTarget);
  const between = spread(days);
  return markdownTable(
    ['a day, for each target', ...days.map(({ day }) => whole(day.targets)), 'spread'],
    Object.entries(between).map(([name, ratio]) => [
      name,
      ...each.map((one) => (one[name] ?? 0).toFixed(2)),
      ratio.toFixed(2),
    ]),
  );
}

/** DynamoDB gives one partition key this many write units a second. */
const PARTITION_UNITS_PER_SECOND = 1000;
const SHOWN_KEYS = 4;

function keys({ table, day }: DayUsage): string {
  const rows = table.hottest
    .slice(0, SHOWN_KEYS)
    .map(({ key, writes, writeUnits }) => [
      `\`${key}\``,
      whole(writes),
      whole(writeUnits),
      (writeUnits / 86_400).toFixed(3),
      `${((writeUnits / 86_400 / PARTITION_UNITS_PER_SECOND) * 100).toFixed(3)} %`,
    ]);
  return [
    `The partition keys with the most write units, of ${whole(table.items)} items at ${whole(day.targets)} targets:`,
    markdownTable(['key', 'writes a day', 'write units', 'units a second', 'of what one partition takes'], rows),
  ].join('\n\n');
}

function slack(days: readonly DayUsage[]): string {
  const rows = days.map((one) => {
    const { channels, busiestChannelSeconds, updateMinutes } = slackNeed(one);
    return [
      whole(one.day.targets),
      whole(channels),
      `${whole(busiestChannelSeconds)} s (${share(busiestChannelSeconds, 86_400)})`,
      `${whole(updateMinutes)} min (${share(updateMinutes, 1440)})`,
    ];
  });
  return [
    'How much of its own time Slack needs for the day: one post a second in a channel, 50 updates a minute in the workspace.',
    markdownTable(['targets', 'channels', 'posts of the busiest channel', 'updates of the workspace'], rows),
  ].join('\n\n');
}

function storms(largest: DayUsage): string {
  const each = callsPerRun(largest);
  const rows = [20, 100, 500, 1000].map((targets) => {
    const alone = stormMinutes(targets, 1, each);
    const spreadOut = stormMinutes(targets, Math.ceil(targets / largest.day.environmentSize), each);
    return [whole(targets), minutes(alone.posts), minutes(spreadOut.posts), minutes(alone.updates)];
  });
  return [
    'When so many targets alarm in the same moment, Slack has told of the last one after:',
    markdownTable(['targets', 'posts, one channel', 'posts, a channel each environment', 'updates'], rows),
  ].join('\n\n');
}

function minutes(value: number): string {
  return value < 1 ? `${whole(value * 60)} s` : `${value.toFixed(1)} min`;
}

function share(part: number, all: number): string {
  return `${((part / all) * 100).toFixed(1)} %`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function sumOf(counts: { readonly [name: string]: number }): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
