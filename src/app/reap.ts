import type { Intent } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import type { State } from '../state/index.ts';
import type { StartRuns } from './start-run.ts';

export type ReapTools = {
  intents: Pick<State['intents'], 'open'>;
  runs: Pick<StartRuns, 'start'>;
  now(): number;
  log(level: 'info' | 'error', message: string, detail: Json): void;
};

/**
 * The connections of an acting room are cut after 45 s, and a run that loses the room asks at once what became of the step: what is
 * still open after this has most likely lost its run too. Asking twice does no harm, and waiting may: Sentinels bring a former
 * primary into line by themselves only after about a minute.
 */
const LOST_AFTER_MS = 50_000;
/** Where nobody could say what became of it, it is asked again so often. */
const AGAIN_MS = 600_000;

/**
 * Starts, for each step whose room died, a run that asks the database what became of it, and so lets go of what is held. It
 * needs nothing of the run that died but what the room wrote down before it acted.
 */
export async function reap({ intents, runs, now, log }: ReapTools): Promise<{ reaped: number }> {
  const lost = (await intents.open()).filter(({ at }) => now() - Date.parse(at) >= LOST_AFTER_MS);
  for (const intent of lost) {
    const { operation, step, runId, target } = intent;
    // oxlint-disable-next-line no-await-in-loop -- there is one at most, on any but the worst day
    await runs.start(requestOf(intent), claimOf(intent, now()));
    log('error', 'a step lost its room and its run', { runId, operation, step, target });
  }
  return { reaped: lost.length };
}

function requestOf({ runId, operation, step, target, at }: Intent) {
  const trigger = { kind: 'schedule', name: 'every-minute', scheduledAt: at } as const;
  return { operation: 'settle', subject: target, args: { run: runId, step: `${operation}.${step}` }, trigger };
}

function claimOf({ runId, operation, step, at }: Intent, nowMs: number): string {
  const round = Math.floor((nowMs - Date.parse(at)) / AGAIN_MS);
  return `settle:${runId}:${operation}.${step}:${round}`;
}
