import type { Config, ScheduleSpec } from '../../src/config/config.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { parseScheduleExpression } from '../../src/runtime/schedule-expression.ts';
import { templateText, type Template } from './cloudformation.ts';

const STAGE = '${self:provider.stage}';
/** Invoked asynchronously: events wait in Lambda's own queue when a function cannot keep up. */
const ASYNCHRONOUS = ['schedule', 'alarm', 'run'];

/** Alarms on the bot itself, to a topic outside Slack, since a dead bot cannot post. */
export function botAlarms(functionNames: readonly string[], config: Config): GeneratedFile {
  const Resources: Template = {
    ...Object.fromEntries(functionNames.flatMap(ofFunction)),
    AcknowledgementSlowAlarm: acknowledgement,
    ...Object.fromEntries(ASYNCHRONOUS.map((name) => [`${capital(name)}EventAgeAlarm`, eventAge(name)])),
    DeadLettersAlarm: deadLetters,
    ...Object.fromEntries(config.schedules.flatMap((schedule) => deadMan(schedule, config.windows))),
  };
  return { path: 'infra/bot-alarms.generated.yml', text: templateText({ Resources }) };
}

type Metric = {
  namespace: string;
  metric: string;
  dimensions?: Readonly<Record<string, unknown>>;
  period: number;
  times: number;
};
type Threshold = { statistic?: string; percentile?: string; above?: number; below?: number };

function alarm(
  name: string,
  description: string,
  watched: Metric,
  when: Threshold,
  missing: 'notBreaching' | 'breaching',
): Template {
  const topic = [{ Ref: 'OperatorTopic' }];
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `nightshift-${STAGE}-${name}`,
      AlarmDescription: description,
      Namespace: watched.namespace,
      MetricName: watched.metric,
      ...(watched.dimensions === undefined
        ? {}
        : { Dimensions: Object.entries(watched.dimensions).map(([Name, Value]) => ({ Name, Value })) }),
      ...(when.percentile === undefined
        ? { Statistic: when.statistic ?? 'Sum' }
        : { ExtendedStatistic: when.percentile }),
      Period: watched.period,
      EvaluationPeriods: watched.times,
      DatapointsToAlarm: watched.times,
      Threshold: when.above ?? when.below ?? 0,
      ComparisonOperator: when.above === undefined ? 'LessThanThreshold' : 'GreaterThanThreshold',
      TreatMissingData: missing,
      AlarmActions: topic,
      OKActions: topic,
    },
  };
}

function lambdaMetric(name: string, metric: string, times: number): Metric {
  return {
    namespace: 'AWS/Lambda',
    metric,
    dimensions: { FunctionName: `nightshift-${STAGE}-${name}` },
    period: 60,
    times,
  };
}

function ofFunction(name: string): [string, Template][] {
  return [
    [
      `${capital(name)}ErrorsAlarm`,
      alarm(
        `${name}-errors`,
        `The function ${name} fails; its log says why.`,
        lambdaMetric(name, 'Errors', 3),
        { above: 0 },
        'notBreaching',
      ),
    ],
    [
      `${capital(name)}ThrottlesAlarm`,
      alarm(
        `${name}-throttles`,
        `The function ${name} is not let run: the account's concurrency is used up.`,
        lambdaMetric(name, 'Throttles', 5),
        { above: 0 },
        'notBreaching',
      ),
    ],
  ];
}

/** Slack gives up after 3 s. */
const acknowledgement = alarm(
  'acknowledgement-slow',
  'Slack waits longer than 2.5 s for one command in a hundred, and gives up at 3 s.',
  lambdaMetric('slack', 'Duration', 3),
  { percentile: 'p99', above: 2500 },
  'notBreaching',
);

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics */
function eventAge(name: string): Template {
  const description = `Events for ${name} wait longer than five minutes before they are handled.`;
  return alarm(
    `${name}-event-age`,
    description,
    lambdaMetric(name, 'AsyncEventAge', 5),
    { statistic: 'Maximum', above: 300_000 },
    'notBreaching',
  );
}

const deadLetters = alarm(
  'dead-letters',
  'An event failed at every attempt and is kept in the dead-letter queue.',
  {
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: `nightshift-${STAGE}-dead-letters` },
    period: 300,
    times: 1,
  },
  { statistic: 'Maximum', above: 0 },
  'notBreaching',
);

/** The longest that CloudWatch looks back is seven days: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const LONGEST_HOURS = 168;

/**
 * A finished run of a schedule leaves a line in the log, a filter counts it, and silence for longer than its interval is an
 * alarm. A schedule that is rarer than six days is beyond what CloudWatch looks back.
 */
function deadMan(schedule: ScheduleSpec, windows: Config['windows']): [string, Template][] {
  const { name } = schedule;
  const id = name.split('-').map(capital).join('');
  const metric = `finished-${name}`;
  const hours = intervalHours(schedule) + 2;
  if (hours > LONGEST_HOURS) return [];
  const namespace = `Nightshift/${STAGE}`;
  const counted = (room: string, pattern: string): Template => ({
    Type: 'AWS::Logs::MetricFilter',
    DependsOn: [`${capital(room)}LogGroup`],
    Properties: {
      LogGroupName: `/aws/lambda/nightshift-${STAGE}-${room}`,
      FilterPattern: pattern,
      MetricTransformations: [{ MetricNamespace: namespace, MetricName: metric, MetricValue: '1' }],
    },
  });
  const finished = `{ $.message = "run ended" && $.detail.trigger = "schedule:${name}" && $.detail.ended = "done" }`;
  const heldBack = `{ $.message = "scheduled run held back" && $.detail.schedule = "${name}" }`;
  const isHeld = windows.some(({ holdsBack }) => holdsBack.includes(name));
  const description = `The scheduled ${schedule.operation} of ${schedule.subject} (${name}) has not finished for ${hours} hours.`;
  const watched = { namespace, metric, period: 3600, times: hours };
  return [
    [`${id}FinishedFilter`, counted('run', finished)],
    // Whoever announced that it waits is not to be told that it stayed away.
    ...(isHeld ? [[`${id}HeldFilter`, counted('schedule', heldBack)] satisfies [string, Template]] : []),
    [`${id}SilenceAlarm`, alarm(`${name}-silent`, description, watched, { below: 1 }, 'breaching')],
  ];
}

/**
 * Pure: the longest pause between two times of a schedule within a year, in hours, rounded up. One exception a year is not
 * counted: the night in which the clock skips the hour of the schedule.
 */
export function intervalHours({ expression, timezone }: Pick<ScheduleSpec, 'expression' | 'timezone'>): number {
  const { next } = parseScheduleExpression(expression, timezone);
  const from = Date.UTC(2026, 0, 1);
  const until = Date.UTC(2027, 0, 2);
  const pausesMs: number[] = [];
  let last = next(from) ?? until;
  for (let time = next(last); time !== undefined && last < until; time = next(time)) {
    pausesMs.push(time - last);
    last = time;
  }
  const [longestMs = until - from, longestButOneMs = longestMs] = pausesMs.toSorted((a, b) => b - a);
  return Math.ceil(longestButOneMs / 3_600_000);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
