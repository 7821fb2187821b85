import { isLost, type Intent } from '../core/intent.ts';
import type { Json } from '../core/json.ts';
import type { State } from '../state/index.ts';
import type { StartRuns } from './start-run.ts';

export type ReapTools = {
  intents: Pick<State['intents'], 'open'>;
  runs: Pick<StartRuns, 'start'>;
  now(): number;
  log(level: 'info' | 'error', message: string, detail: Json): void;
};

/** Where nobody could say what became of it, it is asked again so often. */
const AGAIN_MS = 600_000;

/**
 * Starts, for each step whose room died, a run that asks the database what became of it, and so lets go of what is held. It
 * needs nothing of the run that died but what the room wrote down before it acted.
 */
export async function reap({ intents, runs, now, log }: ReapTools): Promise<{ reaped: number }> {
  const lost = (await intents.open()).filter((intent) => isLost(intent, now()));
  const started = await Promise.allSettled(
    lost.map(async (intent) => {
      const { operation, step, runId, target } = intent;
      log('error', 'a step lost its room and its run', { runId, operation, step, target });
      await runs.start(requestOf(intent), claimOf(intent, now()));
    }),
  );
  const failed = started.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return { reaped: lost.length };
}

function requestOf({ runId, operation, step, target, at }: Intent) {
  const trigger = { kind: 'schedule', name: 'every-minute', scheduledAt: at } as const;
  return { operation: 'settle', subject: target, args: { run: runId, step: `${operation}.${step}` }, trigger };
}

function claimOf({ runId, operation, step, at }: Intent, nowMs: number): string {
  const round = Math.floor((nowMs - Date.parse(at)) / AGAIN_MS);
  // What was under way when it was asked about counts from then.
  return `settle:${runId}:${operation}.${step}:${at}:${round}`;
}
