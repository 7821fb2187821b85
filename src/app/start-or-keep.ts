import { Fault } from '../core/errors.ts';
import { runName, type RunRequest } from '../core/run.ts';
import { inTime } from '../slack/in-time.ts';
import type { Outbox } from '../state/outbox.ts';
import type { StartRuns } from './start-run.ts';

export type StartTools = { runs: StartRuns; outbox: Pick<Outbox, 'keep'>; now(): number };

/** Of Slack's 3 s; the rest is for the way in, the record and the way back. */
const START_WITHIN_MS = 1_500;

/**
 * Starts a run, or keeps it to be started by the next minute's tick: on Lambda nothing goes on after the answer, so what is
 * late has to be written down before it is promised. A run that was both started and kept is one run, by its name.
 */
export async function startOrKeep(
  tools: StartTools,
  request: Omit<RunRequest, 'runId'>,
  claimKey: string,
): Promise<{ runId: string; started: boolean }> {
  const runId = runName(request.operation, claimKey);
  if (await startedInTime(tools.runs, request, claimKey)) return { runId, started: true };
  await tools.outbox.keep({ at: new Date(tools.now()).toISOString(), request: { ...request, runId } });
  return { runId, started: false };
}

async function startedInTime(runs: StartRuns, request: Omit<RunRequest, 'runId'>, claimKey: string): Promise<boolean> {
  const starting = runs.start(request, claimKey).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof Fault && thrown.code === 'throttled') return false;
      throw thrown;
    },
  );
  const first = await inTime(starting, START_WITHIN_MS);
  if ('value' in first) return first.value;
  first.late.catch(() => undefined);
  return false;
}
