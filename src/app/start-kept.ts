import type { Json } from '../core/json.ts';
import { Fault } from '../core/errors.ts';
import type { Audit } from '../core/safety.ts';
import { whoTriggered } from '../core/trigger.ts';
import type { KeptRun, Outbox } from '../state/outbox.ts';
import type { StartRuns } from './start-run.ts';

export type KeptTools = {
  runs: Pick<StartRuns, 'startNamed'>;
  outbox: Outbox;
  audit: Audit;
  now(): number;
  log(level: 'info' | 'error', message: string, detail: Json): void;
};

/** Somebody who asked for it a quarter of an hour ago has long looked elsewhere. */
const TOO_LATE_MS = 900_000;

/** Starts what the front door promised and could not start. One that cannot be started yet waits for the next tick. */
export async function startKept(tools: KeptTools): Promise<{ started: number; waiting: number; givenUp: number }> {
  const counts = { started: 0, waiting: 0, givenUp: 0 };
  for (const kept of await tools.outbox.waiting()) counts[await settle(tools, kept)] += 1;
  return counts;
}

async function settle(tools: KeptTools, kept: KeptRun): Promise<'started' | 'waiting' | 'givenUp'> {
  const { request, at } = kept;
  if (tools.now() - Date.parse(at) > TOO_LATE_MS) {
    await giveUp(tools, kept);
    return 'givenUp';
  }
  try {
    await tools.runs.startNamed(request);
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'throttled') throw thrown;
    return 'waiting';
  }
  await tools.outbox.started(kept);
  tools.log('info', 'kept run started', { runId: request.runId, at });
  return 'started';
}

/** On record before it is forgotten. */
async function giveUp(tools: KeptTools, kept: KeptRun): Promise<void> {
  const { runId, operation, subject, trigger } = kept.request;
  const detail = { words: 'AWS did not let the run start for 15 minutes; it was given up.' };
  const at = new Date(tools.now()).toISOString();
  const who = whoTriggered(trigger);
  await tools.audit.record({ id: `${runId}:given-up`, at, who, what: 'failed', runId, operation, subject, detail });
  await tools.outbox.started(kept);
  tools.log('error', 'kept run given up', { runId, at: kept.at });
}
