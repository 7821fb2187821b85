import type { ServerlessFunction } from './serverless-file.ts';

/** A schedule of EventBridge Scheduler: `expression` is cron(…), rate(…) or at(…). */
export type ScheduleSource = {
  name: string;
  functionName: string;
  expression: string;
  timeZone: string;
  input: unknown;
};
/** A rule of EventBridge. */
export type RuleSource = { functionName: string; pattern: { readonly [key: string]: unknown } };
/** A topic by its name and by its logical id in the template, where serverless.yml gives them. */
export type TopicSource = { functionName: string; topics: readonly string[] };
export type EventSources = {
  schedules: readonly ScheduleSource[];
  rules: readonly RuleSource[];
  topics: readonly TopicSource[];
  /** Functions with a function URL. */
  urls: readonly string[];
};

type Named = { key: string; name: string; entry: ServerlessFunction };

/** What invokes the functions, in the order of serverless.yml. */
export function eventSources(functions: readonly Named[]): EventSources {
  return {
    schedules: functions.flatMap(schedulesOf),
    rules: functions.flatMap(({ name, entry }) =>
      entry.events.flatMap(({ eventBridge }) =>
        eventBridge ? [{ functionName: name, pattern: eventBridge.pattern }] : [],
      ),
    ),
    topics: functions.flatMap(({ name, entry }) =>
      entry.events.flatMap(({ sns }) => (sns ? [{ functionName: name, topics: topicNames(sns) }] : [])),
    ),
    urls: functions.filter(({ entry }) => Boolean(entry.url)).map(({ name }) => name),
  };
}

function schedulesOf({ name, entry }: Named): ScheduleSource[] {
  const schedules = entry.events.flatMap(({ schedule }) => (schedule?.enabled ? [schedule] : []));
  return schedules.flatMap((schedule, index) =>
    schedule.rate.map((expression, part) => ({
      name: schedule.name ?? `${name}-schedule-${index + 1}-${part + 1}`,
      functionName: name,
      expression,
      timeZone: schedule.timezone ?? 'UTC',
      input: schedule.input,
    })),
  );
}

function topicNames({ topicName, arn }: { topicName?: string | undefined; arn?: unknown }): string[] {
  const { Ref }: { Ref?: unknown } = Object(typeof arn === 'object' ? arn : undefined);
  const names = [topicName, Ref, typeof arn === 'string' ? arn.split(':').at(-1) : undefined];
  return names.filter((name) => typeof name === 'string');
}
