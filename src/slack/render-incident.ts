import type { KnownBlock } from '@slack/types';
import type { Report } from '../core/report.ts';
import { context, section, type Message, type Rendered } from './blocks.ts';
import { counted, duration, inline, when } from './mrkdwn.ts';
import type { Pictures } from './render-chart.ts';
import { eventLine, type SaidByProvider } from './render-event.ts';
import { renderReport } from './render-report.ts';

/** One alarm of an incident. */
export type IncidentAlarm = {
  name: string;
  state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA';
  /** ISO time of the state. */
  at: string;
  /** As the monitoring system says it. */
  reason?: string;
  /** Of a composite alarm: the alarms for which it changed. */
  children?: readonly string[];
};
/** The living message of a target in trouble. */
export type IncidentView = {
  target: string;
  openedAt: string;
  /** Present once it is over. */
  resolvedAt?: string;
  alarms: readonly IncidentAlarm[];
  /** What the provider said meanwhile, oldest first. */
  events?: readonly SaidByProvider[];
  /** Changes of alarms that CloudWatch held back: counted, with the last reason. */
  suppressed?: { count: number; reason: string };
};
/** An alarm that belongs to no target, or to several. */
export type UnmatchedAlarmView = IncidentAlarm & { candidates: readonly string[] };

const mostAlarms = 4;
const mostChildren = 5;
const mostEvents = 3;
const stateIcons = {
  ALARM: ':rotating_light:',
  OK: ':white_check_mark:',
  INSUFFICIENT_DATA: ':grey_question:',
} as const;
const stateWords = { ALARM: 'in alarm', OK: 'over', INSUFFICIENT_DATA: 'without data' } as const;

/** The head of the incident and, where one was made, the health report below it. */
export function renderIncident(incident: IncidentView, report?: Report, pictures: Pictures = []): Rendered {
  if (report) return renderReport(report, { style: 'incident', incident, pictures });
  return { ...incidentHead(incident), thread: [] };
}

/** The lines that stay on top of the incident's message from the first alarm to the end. */
export function incidentHead(incident: IncidentView): Message {
  const line = headLine(incident);
  const open = incident.alarms.toSorted((a, b) => Number(b.state === 'ALARM') - Number(a.state === 'ALARM'));
  const lines = open.slice(0, mostAlarms).map(alarmLine);
  if (open.length > mostAlarms) lines.push(`${counted(open.length - mostAlarms, 'alarm')} more`);
  lines.push(...asideLines(incident));
  const blocks: KnownBlock[] = [section(line), ...(lines.length > 0 ? [context(lines.join('\n'))] : [])];
  return { text: line, blocks };
}

function headLine(incident: IncidentView): string {
  const target = inline(incident.target, 80);
  if (incident.resolvedAt === undefined)
    return `:rotating_light: *${target}* incident, opened ${when(incident.openedAt)}`;
  const seconds = (Date.parse(incident.resolvedAt) - Date.parse(incident.openedAt)) / 1000;
  return `:white_check_mark: *${target}* resolved after ${duration(seconds)} · opened ${when(incident.openedAt)}`;
}

function alarmLine(alarm: IncidentAlarm): string {
  const children = (alarm.state === 'ALARM' ? alarm.children : undefined) ?? [];
  // CloudWatch's own reason of a composite alarm is the address of one of them.
  const reason = children.length > 0 ? childrenText(children) : alarm.reason ? `: ${inline(alarm.reason, 160)}` : '';
  return `${stateIcons[alarm.state]} ${inline(alarm.name, 120)} ${stateWords[alarm.state]} since ${when(alarm.at)}${reason}`;
}

function childrenText(children: readonly string[]): string {
  const shown = children.slice(0, mostChildren).map((name) => inline(name, 80));
  const more = children.length > mostChildren ? ` and ${children.length - mostChildren} more` : '';
  return `, because of ${shown.join(', ')}${more}`;
}

/** What was said beside the alarms: the newest words of the provider, and how much was held back. */
function asideLines({ events = [], suppressed }: IncidentView): string[] {
  const lines = events.slice(-mostEvents).map(eventLine);
  if (events.length > mostEvents) lines.push(`${counted(events.length - mostEvents, 'event')} before`);
  if (suppressed === undefined || suppressed.count === 0) return lines;
  const why = suppressed.reason === '' ? '' : `: ${inline(suppressed.reason, 120)}`;
  return [...lines, `${counted(suppressed.count, 'change')} of alarms held back by CloudWatch${why}`];
}

/** An alarm on which nothing was run, with the reason and how to mend it. */
export function renderUnmatchedAlarm(alarm: UnmatchedAlarmView): Rendered {
  const line = `:grey_question: Alarm *${inline(alarm.name, 120)}* ${stateWords[alarm.state]} since ${when(alarm.at)} matches ${
    alarm.candidates.length === 0 ? 'no target' : `${alarm.candidates.length} targets`
  }: nothing was run`;
  const reason = alarm.reason ? [section(inline(alarm.reason, 400))] : [];
  const candidates = alarm.candidates.slice(0, 10).map((name) => `*${inline(name, 80)}*`);
  const fix = candidates.length === 0 ? '' : `It fits ${candidates.join(', ')}. `;
  const advice = `${fix}Name it under \`alarms:\` of exactly one target in nightshift.yaml.`;
  return { text: line, blocks: [section(line), ...reason, context(advice)], thread: [] };
}
