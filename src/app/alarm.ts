import type { Json } from '../core/json.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { readAlarmEvent, type AlarmChange } from './alarm-event.ts';
import { matchAlarm } from './alarm-match.ts';
import { matchDatabaseEvent, readDatabaseEvents, type DatabaseEvent } from './database-event.ts';
import type { StartRuns } from './start-run.ts';

export type AlarmTools = {
  targets: readonly TargetSpec[];
  runs: Pick<StartRuns, 'start'>;
  /** Folds the change into the target's incident; repeatable. */
  incidents: {
    record(
      target: string,
      change: { alarm: string; state: AlarmChange['state']; at: string; reason: string },
    ): Promise<{ outcome: string; incident?: { id: string } }>;
  };
  /** Says once that an alarm belongs to no target. */
  postUnmatched(change: AlarmChange, reason: string): Promise<void>;
  /** Keeps what could not be read, with the reason, where a person finds it. */
  keepAside(event: unknown, reason: string): Promise<void>;
  tagsOf(alarmArn: string): Promise<{ readonly [key: string]: string }>;
  log(level: 'info' | 'warn', message: string, detail: Json): void;
};

/** What became of each change in the event. */
export type AlarmResult = { alarm: string; became: string; runId?: string };

/** Alarm events of any shape: opens or updates incidents, and starts one health run for each change that counts. */
export async function handleAlarm(tools: AlarmTools, event: unknown): Promise<{ results: AlarmResult[] }> {
  const events = readDatabaseEvents(event);
  if (events) return handleDatabaseEvents(tools, events);
  const read = readAlarmEvent(event);
  if ('malformed' in read) {
    await tools.keepAside(event, read.malformed);
    return { results: [{ alarm: '', became: `kept aside: ${read.malformed}` }] };
  }
  const results: AlarmResult[] = [];
  for (const change of read.changes) results.push(await handleChange(tools, change));
  tools.log('info', 'alarm handled', { results: results.map(({ alarm, became }) => ({ alarm, became })) });
  return { results };
}

/** Looks at the target that the provider speaks of. What is about another database of the account is nothing to anybody. */
async function handleDatabaseEvents(
  tools: AlarmTools,
  events: readonly DatabaseEvent[],
): Promise<{ results: AlarmResult[] }> {
  const results: AlarmResult[] = [];
  for (const event of events) results.push(await handleDatabaseEvent(tools, event));
  tools.log('info', 'database events handled', { results: results.map(({ alarm, became }) => ({ alarm, became })) });
  return { results };
}

async function handleDatabaseEvent(tools: AlarmTools, event: DatabaseEvent): Promise<AlarmResult> {
  const { name, source, at, message } = event;
  const match = matchDatabaseEvent(event, tools.targets);
  if ('unmatched' in match) return { alarm: name, became: `left alone: ${match.unmatched}` };
  const trigger = { kind: 'event', name, source, at, message } as const;
  const request = { operation: 'health', subject: match.target.name, args: {}, trigger };
  return {
    alarm: name,
    became: 'looked into',
    runId: await tools.runs.start(request, `event:${source}:${name}:${at}`),
  };
}

async function handleChange(tools: AlarmTools, change: AlarmChange): Promise<AlarmResult> {
  if (change.suppressed) return { alarm: change.name, became: 'suppressed by its composite alarm' };
  const match = await findTarget(tools, change);
  if ('unmatched' in match) {
    await tools.postUnmatched(change, match.unmatched);
    return { alarm: change.name, became: `unmatched: ${match.unmatched}` };
  }
  const { name: alarm, state, at, reason } = change;
  const { outcome, incident } = await tools.incidents.record(match.target.name, { alarm, state, at, reason });
  if (!incident || outcome === 'stale' || outcome === 'ignored') return { alarm, became: outcome };
  const trigger = { kind: 'alarm', name: alarm, state, at, incident: incident.id } as const;
  // A duplicate starts the same run again, which is nothing, unless the first delivery died before it could.
  const request = { operation: 'health', subject: match.target.name, args: {}, trigger };
  const runId = await tools.runs.start(request, `alarm:${change.arn}:${at}:${state}`);
  return { alarm, became: outcome, runId };
}

/** Tags are only asked for when the event brings none and nothing else names the target. */
async function findTarget(tools: AlarmTools, change: AlarmChange) {
  const match = matchAlarm(change, tools.targets);
  if ('target' in match || Object.keys(change.tags).length > 0) return match;
  return matchAlarm({ ...change, tags: await tools.tagsOf(change.arn) }, tools.targets);
}
