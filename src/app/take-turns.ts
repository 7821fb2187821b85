import type { Json } from '../core/json.ts';
import { Fault } from '../core/errors.ts';
import { runName, type RunRequest } from '../core/run.ts';
import { incidentOf } from '../core/trigger.ts';
import { isWaiting, nextRunId, type Turn, type Turns } from '../state/turns.ts';
import type { Places } from '../state/places.ts';
import type { StartRuns } from './start-run.ts';

export type TurnTools = {
  turns: Turns;
  places: Places;
  runs: Pick<StartRuns, 'startNamed'>;
  now(): number;
  log(level: 'info' | 'warn', message: string, detail: Json): void;
};

/** What an alarm or an event wants: a report of one target. */
export type Wanted = { request: Omit<RunRequest, 'runId'>; claimKey: string; environment: string; inAlarm: boolean };

/** What became of it: the run that tells, and whether it still has to wait for a place. */
export type Given = { runId: string; joined: boolean; waits: boolean };

/**
 * A look may take so long. A run that was killed is taken for dead after this, and another one looks; one that is only late
 * does no harm: the newest report is what its incident shows.
 */
const LOOK_SECONDS = 180;

/** Asks for a report of a target, and starts it when a place is free. Repeatable: the same change asks for the same run. */
export async function askForLook(tools: TurnTools, { request, claimKey, ...about }: Wanted): Promise<Given> {
  const runId = runName(request.operation, claimKey);
  const target = request.subject;
  const asked = { about: aboutOf(request), target, ...about, request: { ...request, runId } };
  const { turn, joined } = await tools.turns.ask(asked);
  // Whoever began this turn may have died before its run was started; starting twice is starting once.
  if (turn.status === 'looking' && !isWaiting(turn, tools.now())) await tools.runs.startNamed(turn.request);
  const waiting = turn.status === 'done' ? [] : await fillPlaces(tools);
  return { runId: turn.request.runId, joined, waits: waiting.includes(turn.about) };
}

/** Gives the place of a run back, whose look is over, and lets the next one look. Repeatable. */
export async function lookIsOver(tools: TurnTools, request: RunRequest): Promise<void> {
  const { runId, trigger } = request;
  if (trigger.kind !== 'alarm' && trigger.kind !== 'event') return;
  await tools.turns.looked(aboutOf(request), runId);
  await tools.places.leave(runId);
  await fillPlaces(tools);
}

/**
 * Starts reports, that of the oldest change first, as long as there are places; answers what goes on waiting. Called
 * by whoever asks, by every run at the end of its look, and every minute: then also for runs that died.
 */
export async function fillPlaces(tools: TurnTools): Promise<string[]> {
  const waiting = (await tools.turns.all()).filter((turn) => isWaiting(turn, tools.now()));
  for (const [n, turn] of waiting.entries()) {
    if (!(await startLook(tools, turn))) return waiting.slice(n).map(({ about }) => about);
  }
  return [];
}

/** An incident is told of in one message; what the provider says of a target without one in another. */
function aboutOf({ subject, trigger }: Pick<RunRequest, 'subject' | 'trigger'>): string {
  return incidentOf(trigger) ?? `${subject}#event`;
}

/** False when there is no place, or AWS starts nothing now: then whoever comes next tries again. */
async function startLook({ turns, places, runs, now, log }: TurnTools, turn: Turn): Promise<boolean> {
  const { about, target } = turn;
  const runId = nextRunId(turn);
  const untilMs = now() + LOOK_SECONDS * 1000;
  if (!(await places.take(runId, untilMs))) return false;
  const begun = await turns.begin(about, runId, untilMs);
  if ('over' in begun) {
    await places.leave(runId);
    return true;
  }
  if (turn.status === 'looking') log('warn', 'a run died while it looked, another looks', { target, runId });
  try {
    await runs.startNamed(begun.turn.request);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'throttled') throw thrown;
    await turns.putBack(about, runId);
    await places.leave(runId);
    return false;
  }
}
