import { createHash } from 'node:crypto';
import type { Json } from '../core/json.ts';
import { renderUnmatchedAlarm } from '../slack/render-incident.ts';
import { handleAlarm, type AlarmResult, type AlarmTools } from './alarm.ts';
import type { AlarmChange } from './alarm-event.ts';
import { tagsOf } from './alarm-tags.ts';
import { openControl, type Control } from './control.ts';
import { deliver } from './deliver.ts';
import { openPoster } from './open-poster.ts';
import { knownSlackSecrets } from './slack-secrets.ts';
import { createStarts, type StartRuns } from './start-run.ts';
import { askForLook } from './take-turns.ts';
import { tellStorm } from './tell-storm.ts';

/** The handler of alarm state changes. A fault is thrown on, so that the delivery is tried again. */
export async function alarmDoor(): Promise<(event: unknown) => Promise<{ results: AlarmResult[] }>> {
  const control = await openControl('alarm', knownSlackSecrets);
  const { functionPrefix, region } = control.environment;
  return alarmHandler(control, createStarts(functionPrefix, region), (arn) => tagsOf(control, arn));
}

/** `tagsOfAlarm` is asked only when an alarm brings no tags and nothing else names its target. */
export function alarmHandler(
  control: Control,
  runs: StartRuns,
  tagsOfAlarm: AlarmTools['tagsOf'],
): (event: unknown) => Promise<{ results: AlarmResult[] }> {
  const { config, state, log, now } = control;
  const tools: AlarmTools = {
    targets: config.targets,
    askForLook: (wanted) => askForLook({ ...state, runs, now, log }, wanted),
    stormIn: (environment) => stormIn(control, environment),
    incidents: state.incidents,
    notes: state.notes,
    postUnmatched: (change) => postUnmatched(control, change),
    keepAside: (event, reason) => keepAside(control, event, reason),
    tagsOf: tagsOfAlarm,
    log,
  };
  return (event) => handleAlarm(tools, event);
}

/** The runs of the storm say it again, and better: an alarm is never lost for it, nor handled twice. */
async function stormIn(control: Control, environment: string): Promise<void> {
  const { state, log } = control;
  await state.storms.open(environment);
  try {
    const tools = { ...control, poster: await openPoster(), messages: state.messages };
    await tellStorm(tools, environment, `storm:${environment}`);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    log('warn', 'the storm could not be told yet', { environment, reason });
  }
}

async function postUnmatched(control: Control, change: AlarmChange): Promise<void> {
  const channel = control.config.environments[0]?.channel;
  if (channel === undefined) return;
  const { name, state, at, reason, arn } = change;
  const slot = `unmatched:${arn}:${at}`;
  // A repeated delivery has nothing to add to it.
  if (await control.state.messages.posted(slot)) return;
  const rendered = renderUnmatchedAlarm({ name, state, at, reason, candidates: [] });
  await deliver(
    { ...control, poster: await openPoster(), messages: control.state.messages },
    { slot, by: slot, channel, render: async () => rendered },
  );
}

/** Kept in the audit record by its own hash, so that a repeated delivery is kept once. */
async function keepAside({ state, mask, log, now }: Control, event: unknown, reason: string): Promise<void> {
  const text = JSON.stringify(event ?? null).slice(0, 10_000);
  const id = `aside:${createHash('sha256').update(text).digest('hex')}`;
  const detail: Json = { reason, event: mask(text) };
  const about = {
    who: 'alarm:unreadable',
    what: 'refused',
    runId: 'none',
    operation: 'alarm',
    subject: 'none',
  } as const;
  await state.audit.record({ id, at: new Date(now()).toISOString(), ...about, detail });
  log('warn', 'event kept aside', { id, reason });
}
