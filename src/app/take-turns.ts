import type { Json } from '../core/json.ts';
import { Fault } from '../core/errors.ts';
import { runName, type RunRequest } from '../core/run.ts';
import { incidentOf } from '../core/trigger.ts';
import type { Places, Taken } from '../state/places.ts';
import type { Queue } from '../state/queue.ts';
import { isWaiting, nextRunId, type Turn, type Turns } from '../state/turns.ts';
import type { StartRuns } from './start-run.ts';

export type TurnTools = {
  turns: Turns;
  places: Places;
  queue: Queue;
  runs: Pick<StartRuns, 'startNamed'>;
  now(): number;
  log(level: 'info' | 'warn', message: string, detail: Json): void;
};

/** What an alarm or an event wants: a report of one target. */
export type Wanted = { request: Omit<RunRequest, 'runId'>; claimKey: string; environment: string; inAlarm: boolean };

/** What became of it: the run that tells, and whether it has to wait for a place. */
export type Given = { runId: string; joined: boolean; waits: boolean };

/**
 * A look may take so long. A run that was killed is taken for dead after this, and another one looks; one that is only late
 * does no harm: the newest report is what its incident shows.
 */
const LOOK_SECONDS = 180;

/** Asks for a report of a target, and starts it when a place is free. Repeatable: the same change asks for the same run. */
export async function askForLook(tools: TurnTools, { request, claimKey, ...more }: Wanted): Promise<Given> {
  const runId = runName(request.operation, claimKey);
  const about = aboutOf(request);
  const asked = { about, target: request.subject, ...more, request: { ...request, runId } };
  const { turn, joined } = await tools.turns.ask(asked);
  const given = { runId: turn.request.runId, joined, waits: false };
  if (turn.status === 'done') return given;
  // Whoever began this turn may have died before its run was started; starting twice is starting once.
  if (!isWaiting(turn, tools.now())) await tools.runs.startNamed(turn.request);
  else if (!(await beginOrQueue(tools, turn))) return { ...given, waits: true };
  return given;
}

/** Gives the place of a run back, whose look is over, and lets the next one look. Repeatable. */
export async function lookIsOver(tools: TurnTools, request: RunRequest): Promise<void> {
  const { runId, trigger } = request;
  if (trigger.kind !== 'alarm' && trigger.kind !== 'event') return;
  await tools.turns.looked(aboutOf(request), runId);
  await fill(tools, await tools.places.leave(runId));
}

/**
 * Starts reports as long as there are places: first in the place of runs that died, then that of the oldest change. Called by
 * every run at the end of its look, by whoever finds no place, and every minute.
 */
export async function fillPlaces(tools: TurnTools): Promise<void> {
  await fill(tools, await tools.places.dead());
}

async function fill(tools: TurnTools, dead: readonly Taken[]): Promise<void> {
  const { turns, places, queue, now, log } = tools;
  for (const { about, runId } of dead) {
    const turn = await turns.get(about);
    if (!turn || !isWaiting(turn, now())) await places.leave(runId);
    else if (await startLook(tools, turn)) log('warn', 'a run died while it looked, another looks', { about, runId });
    else return;
  }
  for (const queued of await queue.waiting()) {
    const turn = await turns.get(queued.about);
    const isItsOwn = turn?.since === queued.since && isWaiting(turn, now());
    if (isItsOwn && !(await startLook(tools, turn))) return;
    await queue.left(queued);
  }
}

/** False when it has to wait. */
async function beginOrQueue(tools: TurnTools, turn: Turn): Promise<boolean> {
  if (await startLook(tools, turn)) return true;
  await tools.queue.join(turn);
  // A place may have become free before anybody could see who waits.
  await fillPlaces(tools);
  const now = await tools.turns.get(turn.about);
  return now === undefined || !isWaiting(now, tools.now());
}

/** An incident is told of in one message; what the provider says of a target without one in another. */
function aboutOf({ subject, trigger }: Pick<RunRequest, 'subject' | 'trigger'>): string {
  return incidentOf(trigger) ?? `${subject}#event`;
}

/** False when there is no place, or AWS starts nothing now: then whoever comes next tries again. */
async function startLook({ turns, places, queue, runs, now }: TurnTools, turn: Turn): Promise<boolean> {
  const { about } = turn;
  const runId = nextRunId(turn);
  const untilMs = now() + LOOK_SECONDS * 1000;
  if (!(await places.take({ about, runId, untilMs }))) return false;
  const begun = await turns.begin(about, runId, untilMs);
  if ('over' in begun) {
    await places.leave(runId);
    return true;
  }
  try {
    await runs.startNamed(begun.turn.request);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'throttled') throw thrown;
    await turns.putBack(about, runId, untilMs);
    await places.leave(runId, untilMs);
    // Who read the queue meanwhile took it for begun and let it go.
    await queue.again(begun.turn);
    return false;
  }
}
