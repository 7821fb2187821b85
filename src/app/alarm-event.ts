import * as z from 'zod';
import { childrenInNotification, childrenInReason, TriggeringChildren } from './composite-alarm.ts';

/** One state change of one CloudWatch alarm, whichever way it came. */
export type AlarmChange = {
  name: string;
  arn: string;
  state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
  /** ISO time of the change, in milliseconds and UTC. */
  at: string;
  reason: string;
  account: string;
  region: string;
  dimensions: readonly { name: string; value: string }[];
  tags: { readonly [key: string]: string };
  /** True when a composite alarm's actions are suppressed: EventBridge reports the change all the same. */
  suppressed: boolean;
  /** Why they are, in CloudWatch's words; empty where they are not. */
  suppressedReason: string;
  /** The names of the alarms for which a composite alarm changed. */
  children: readonly string[];
};

const State = z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']);
const StateDetail = z.object({
  value: State,
  reason: z.string().default(''),
  timestamp: z.string(),
  reasonData: z.string().optional(),
  actionsSuppressedBy: z.string().optional(),
  actionsSuppressedReason: z.string().optional(),
});
const Metric = z.object({
  metricStat: z.object({ metric: z.object({ dimensions: z.record(z.string(), z.string()).default({}) }) }).optional(),
});
const Configuration = z.object({ metrics: z.array(Metric).default([]) }).default({ metrics: [] });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
const EventBridgeEvent = z.object({
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  account: z.string(),
  region: z.string(),
  resources: z.array(z.string()).min(1),
  detail: z.object({
    alarmName: z.string(),
    state: StateDetail,
    configuration: Configuration,
    alarmTags: z.record(z.string(), z.string()).default({}),
  }),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
const DirectEvent = z.object({
  alarmArn: z.string(),
  accountId: z.string(),
  region: z.string(),
  alarmData: z.object({ alarmName: z.string(), state: StateDetail, configuration: Configuration }),
});

const SnsEnvelope = z.object({ Records: z.array(z.object({ Sns: z.object({ Message: z.string() }) })).min(1) });

/** The body of an alarm's notification: dimension keys are lower case here, and Region is a long name. */
const SnsAlarm = z.object({
  AlarmName: z.string(),
  AlarmArn: z.string(),
  AWSAccountId: z.string(),
  NewStateValue: State,
  NewStateReason: z.string().default(''),
  StateChangeTime: z.string(),
  Trigger: z
    .object({ Dimensions: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
    .default({ Dimensions: [] }),
  TriggeringChildren,
});

/** The alarm changes in an event, or why there is none to read. An SNS event may carry several. */
export function readAlarmEvent(event: unknown): { changes: readonly AlarmChange[] } | { malformed: string } {
  const bridge = EventBridgeEvent.safeParse(event);
  if (bridge.success) return settle([fromEventBridge(bridge.data)]);
  const direct = DirectEvent.safeParse(event);
  if (direct.success) return settle([fromDirect(direct.data)]);
  const envelope = SnsEnvelope.safeParse(event);
  if (envelope.success) return readSns(envelope.data);
  return { malformed: 'neither an EventBridge, an SNS nor a direct CloudWatch alarm event' };
}

function readSns(envelope: z.infer<typeof SnsEnvelope>): { changes: readonly AlarmChange[] } | { malformed: string } {
  const changes: AlarmChange[] = [];
  for (const record of envelope.Records) {
    const message = SnsAlarm.safeParse(parseJson(record.Sns.Message));
    if (!message.success) return { malformed: 'the SNS message is not a CloudWatch alarm notification' };
    changes.push(fromSns(message.data));
  }
  return settle(changes);
}

function settle(changes: readonly AlarmChange[]): { changes: readonly AlarmChange[] } | { malformed: string } {
  const bad = changes.find((change) => change.at === '');
  return bad ? { malformed: `the time of the state change of ${bad.name} cannot be read` } : { changes };
}

function fromEventBridge(event: z.infer<typeof EventBridgeEvent>): AlarmChange {
  const { alarmName, state, configuration, alarmTags } = event.detail;
  const arn = event.resources[0] ?? '';
  return {
    ...common(state),
    name: alarmName,
    arn,
    ...place(event),
    dimensions: dimensionsOf(configuration),
    tags: alarmTags,
  };
}

function fromDirect(event: z.infer<typeof DirectEvent>): AlarmChange {
  const { alarmName, state, configuration } = event.alarmData;
  const where = place({ account: event.accountId, region: event.region });
  return {
    ...common(state),
    name: alarmName,
    arn: event.alarmArn,
    ...where,
    dimensions: dimensionsOf(configuration),
    tags: {},
  };
}

function fromSns(message: z.infer<typeof SnsAlarm>): AlarmChange {
  return {
    name: message.AlarmName,
    arn: message.AlarmArn,
    state: message.NewStateValue,
    at: isoTime(message.StateChangeTime),
    reason: message.NewStateReason,
    account: message.AWSAccountId,
    region: message.AlarmArn.split(':')[3] ?? '',
    dimensions: message.Trigger.Dimensions,
    tags: {},
    // Suppressed actions are sent to no topic.
    suppressed: false,
    suppressedReason: '',
    children: childrenInNotification(message.TriggeringChildren),
  };
}

type Common = Pick<AlarmChange, 'state' | 'at' | 'reason' | 'suppressed' | 'suppressedReason' | 'children'>;

function common(state: z.infer<typeof StateDetail>): Common {
  const { actionsSuppressedBy: by, actionsSuppressedReason = by } = state;
  return {
    state: state.value,
    at: isoTime(state.timestamp),
    reason: state.reason,
    suppressed: by !== undefined,
    suppressedReason: by === undefined ? '' : (actionsSuppressedReason ?? ''),
    children: childrenInReason(state.reasonData),
  };
}

function place(where: { account: string; region: string }): { account: string; region: string } {
  return { account: where.account, region: where.region };
}

function dimensionsOf(configuration: z.infer<typeof Configuration>): { name: string; value: string }[] {
  return configuration.metrics.flatMap((metric) =>
    Object.entries(metric.metricStat?.metric.dimensions ?? {}).map(([name, value]) => ({ name, value })),
  );
}

/** CloudWatch writes `+0000` without a colon; all shapes of one change come to the same text. */
function isoTime(text: string): string {
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
