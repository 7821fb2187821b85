import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { asFault } from '../core/errors.ts';
import type { RunContext, TargetName } from '../core/operation.ts';
import type { RunRequest } from '../core/run.ts';
import { incidentOf } from '../core/trigger.ts';
import { logAround } from '../operations/log/around.ts';
import type { logSteps } from '../operations/log/ask.ts';
import { log } from '../operations/log.ts';
import { delayedDelivery } from './delivery-delayed.ts';
import { repeatable } from './retries.ts';
import { runContext } from './run-context.ts';
import type { RunTools } from './run-tools.ts';

/**
 * Beside the report of an incident: what the servers wrote into their logs around the alarm, as a reply in the incident's
 * thread. Neither waits for the other, and a log that cannot be read is a reply that says so. Gives the time of the alarm that
 * was told of; where none is later than `told`, nothing is. Never throws.
 */
export async function tellIncidentLog(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  { name, startedAt, told }: { name: string; startedAt: string; told: string | null },
): Promise<string | null> {
  const target = wantedOf(tools, request);
  if (!target) return null;
  try {
    return await durable.runInChildContext(name, async (inner) => {
      const at = await inner.step('alarm of the incident', () => tools.lastAlarm(request), repeatable);
      if (at === null || (told !== null && at <= told)) return told;
      const context = runContext(
        inner,
        tools,
        log,
        { ...request, operation: log.id },
        { startedAt, targets: [target] },
      );
      const report = await logAround(context as unknown as RunContext<typeof logSteps>, target, at);
      await inner.step('tell log', () => tools.tellLog(request, at, report), delayedDelivery);
      return at;
    });
  } catch (thrown) {
    const reason = asFault(thrown).message;
    tools.log('warn', 'the log could not be told beside the incident', { runId: request.runId, reason });
    return told;
  }
}

/** Pure: the one server pair or server that writes such a log. */
function wantedOf(
  { targetsOf }: Pick<RunTools, 'targetsOf'>,
  { trigger, subject, operation }: RunRequest,
): TargetName | undefined {
  if (operation !== 'health' || incidentOf(trigger) === undefined) return undefined;
  const [target, ...others] = targetsOf(subject);
  return target && others.length === 0 && log.engines.includes(target.engine) ? target : undefined;
}
