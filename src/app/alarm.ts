import type { Json } from '../core/json.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Notes } from '../state/notes.ts';
import type { TargetSpec } from '../targets/spec.ts';
import { readAlarmEvent, type AlarmChange } from './alarm-event.ts';
import { matchAlarm } from './alarm-match.ts';
import { matchDatabaseEvent, readDatabaseEvents, type DatabaseEvent } from './database-event.ts';
import { knownEvent } from './known-events.ts';
import type { Given, Wanted } from './take-turns.ts';

export type AlarmTools = {
  targets: readonly TargetSpec[];
  /** Starts a report, joins one of the same target, or lets it wait for a place. */
  askForLook(wanted: Wanted): Promise<Given>;
  /** Says that targets of an environment wait; best effort. */
  stormIn(environment: string): Promise<void>;
  /** Folds the change into the target's incident; repeatable. */
  incidents: {
    record(
      target: string,
      change: Pick<AlarmChange, 'state' | 'at' | 'reason' | 'children'> & { alarm: string },
    ): Promise<{ outcome: string; incident?: { id: string; resolvedAt?: string } }>;
    last(target: string): Promise<{ id: string; resolvedAt?: string } | undefined>;
  };
  notes: Pick<Notes, 'add'>;
  /** Says once that an alarm belongs to no target. */
  postUnmatched(change: AlarmChange, reason: string): Promise<void>;
  /** Keeps what could not be read, with the reason, where a person finds it. */
  keepAside(event: unknown, reason: string): Promise<void>;
  tagsOf(alarmArn: string): Promise<{ readonly [key: string]: string }>;
  log(level: 'info' | 'warn', message: string, detail: Json): void;
};

/** What became of each change in the event. */
export type AlarmResult = {
  alarm: string;
  became: string;
  runId?: string;
  /** The environment in which its target has to wait for a place. */
  waitsIn?: string;
};

/** Alarm events of any shape: opens or updates incidents, and asks for a report of each target that a change counts for. */
export async function handleAlarm(tools: AlarmTools, event: unknown): Promise<{ results: AlarmResult[] }> {
  const results = await resultsOf(tools, event);
  for (const environment of new Set(results.flatMap(({ waitsIn }) => waitsIn ?? []))) await tools.stormIn(environment);
  tools.log('info', 'alarm handled', { results: results.map(({ alarm, became }) => ({ alarm, became })) });
  return { results };
}

async function resultsOf(tools: AlarmTools, event: unknown): Promise<AlarmResult[]> {
  const events = readDatabaseEvents(event);
  const results: AlarmResult[] = [];
  if (events) {
    for (const one of events) results.push(await handleDatabaseEvent(tools, one));
    return results.length > 0 ? results : [{ alarm: '', became: 'a greeting of the provider: nothing to do' }];
  }
  const read = readAlarmEvent(event);
  if ('malformed' in read) {
    await tools.keepAside(event, read.malformed);
    return [{ alarm: '', became: `kept aside: ${read.malformed}` }];
  }
  for (const change of read.changes) results.push(await handleChange(tools, change));
  return results;
}

/** Looks at the target that the provider speaks of. What is about another database of the account is nothing to anybody. */
async function handleDatabaseEvent(tools: AlarmTools, event: DatabaseEvent): Promise<AlarmResult> {
  const { name, source, at, message } = event;
  const match = matchDatabaseEvent(event, tools.targets);
  if ('unmatched' in match) return { alarm: name, became: `left alone: ${match.unmatched}` };
  await tools.notes.add(match.target.name, { kind: 'event', name, source, at, message });
  const known = knownEvent(name);
  if (known?.look === false) return { alarm: name, became: `noted: ${known.means}` };
  const incident = await tools.incidents.last(match.target.name);
  const inAlarm = incident !== undefined && incident.resolvedAt === undefined;
  const trigger = { kind: 'event', name, source, at, message, ...(inAlarm ? { incident: incident.id } : {}) } as const;
  // With the incident, because a run is named after facts that never change.
  const claimKey = `event:${source}:${name}:${at}${inAlarm ? `:${incident.id}` : ''}`;
  return askFor(tools, match.target, trigger, { claimKey, inAlarm, became: 'looked into' });
}

async function handleChange(tools: AlarmTools, change: AlarmChange): Promise<AlarmResult> {
  const match = await findTarget(tools, change);
  if (change.suppressed) return countSuppressed(tools, change, match);
  if ('unmatched' in match) {
    await tools.postUnmatched(change, match.unmatched);
    return { alarm: change.name, became: `unmatched: ${match.unmatched}` };
  }
  const { name: alarm, state, at, reason, children } = change;
  const changed = { alarm, state, at, reason, children };
  const { outcome, incident } = await tools.incidents.record(match.target.name, changed);
  if (!incident || outcome === 'stale' || outcome === 'ignored') return { alarm, became: outcome };
  const trigger = { kind: 'alarm', name: alarm, state, at, incident: incident.id } as const;
  const inAlarm = incident.resolvedAt === undefined;
  // A duplicate asks for the same run again, which is nothing, unless the first delivery died before it could.
  return askFor(tools, match.target, trigger, {
    claimKey: `alarm:${change.arn}:${at}:${state}`,
    inAlarm,
    became: outcome,
  });
}

/** Whoever set the suppressor up wants to hear nothing; the next message of the target says how much it was. */
async function countSuppressed(
  { notes }: AlarmTools,
  { name, at, suppressedReason: message }: AlarmChange,
  match: ReturnType<typeof matchAlarm>,
): Promise<AlarmResult> {
  if ('target' in match) await notes.add(match.target.name, { kind: 'suppressed', name, source: '', at, message });
  return { alarm: name, became: 'suppressed by its composite alarm' };
}

async function askFor(
  tools: AlarmTools,
  { name, environment }: TargetSpec,
  trigger: Extract<Trigger, { kind: 'alarm' | 'event' }>,
  { became, ...about }: Pick<Wanted, 'claimKey' | 'inAlarm'> & { became: string },
): Promise<AlarmResult> {
  const request = { operation: 'health', subject: name, args: {}, trigger };
  const { runId, waits } = await tools.askForLook({ request, environment, ...about });
  return { alarm: trigger.name, became, runId, ...(waits ? { waitsIn: environment } : {}) };
}

/** Tags are only asked for when the event brings none and nothing else names the target. */
async function findTarget(tools: AlarmTools, change: AlarmChange) {
  const match = matchAlarm(change, tools.targets);
  if ('target' in match || Object.keys(change.tags).length > 0) return match;
  return matchAlarm({ ...change, tags: await tools.tagsOf(change.arn) }, tools.targets);
}
