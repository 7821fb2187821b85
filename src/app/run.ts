import { problemsInWords, readArguments } from '../core/arguments.ts';
import { withDurableExecution, type DurableContext } from '@aws/durable-execution-sdk-js';
import { asFault, Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { RunOperation, TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { RunRequest, Share } from '../core/run.ts';
import { whoTriggered } from '../core/trigger.ts';
import type { Refused } from './asking.ts';
import { heldBack } from './braking.ts';
import { delayedDelivery } from './delivery-delayed.ts';
import { ShareDone } from './each-target.ts';
import { tellIncidentLog } from './incident-log.ts';
import { hasNews } from './has-news.ts';
import { once, repeatable } from './retries.ts';
import { runContext } from './run-context.ts';
import { releaseLocks } from './run-locks.ts';
import type { RunTools } from './run-tools.ts';
import { wordsOf } from './words.ts';

/** What the execution itself returns: enough for a list; the report went to Slack and to the history. */
export type RunResult = { runId: string; ended: 'done' | 'refused' | 'failed'; words: string };

/** The durable handler: authorise, announce, carry out, deliver, record. A bug is posted, recorded and then thrown on. */
export function createRunHandler(openTools: () => Promise<RunTools>) {
  return withDurableExecution<RunRequest, RunResult | readonly Json[]>(async (request, durable) => {
    const tools = await openTools();
    if (request.share !== undefined) return carryOutShare(durable, tools, request, request.share);
    const { startedAt } = await durable.step('begin', () => begin(tools, request), repeatable);
    const beside = tellIncidentLog(durable, tools, request, { name: 'log', startedAt, told: null });
    const outcome = masked(tools, await carryOut(durable, tools, request, startedAt));
    const unreleased = await durable
      .step('release', () => release(tools, request), repeatable)
      .then(() => undefined, asFault);
    const unrecorded = await durable
      .step('record', () => record(tools, request, outcome), repeatable)
      .then(() => undefined, asFault);
    // What could not be given back or recorded is told all the same, and then is a failure: silence is worse.
    if (hasNews(outcome, tools.operation(request.operation)) || !isSilent(tools, request))
      await tell(durable, tools, request, outcome);
    // An alarm that joined meanwhile is told of by this run, too.
    await tellIncidentLog(durable, tools, request, { name: 'log again', startedAt, told: await beside });
    const unended = unreleased ?? unrecorded;
    if (unended) throw unended;
    if ('failed' in outcome && outcome.code === 'bug') throw new Fault('bug', outcome.failed);
    return resultOf(request, outcome);
  });
}

/** What runs by itself only to remember something has nothing to tell, unless it has news. */
function isSilent(tools: RunTools, { operation, trigger }: RunRequest): boolean {
  return trigger.kind === 'schedule' && tools.operation(operation)?.silent === true;
}

async function tell(durable: DurableContext, tools: RunTools, request: RunRequest, outcome: Outcome): Promise<void> {
  const pictures = await draw(durable, tools, request, outcome);
  await durable.step('deliver', () => tools.deliver(request, outcome, pictures), delayedDelivery);
}

/** Once and never again: a report without pictures says the same in words. */
async function draw(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  outcome: Outcome,
): Promise<(string | null)[]> {
  if (!('done' in outcome) || outcome.done.charts.length === 0) return [];
  return durable.step('draw', () => tools.draw(request, outcome), once).catch(() => []);
}

/** Results are masked where they were made; the words of a refusal or a fault are masked here. */
function masked(tools: RunTools, outcome: Outcome): Outcome {
  if ('refused' in outcome) return { ...outcome, refused: tools.mask(outcome.refused) };
  return 'failed' in outcome ? { ...outcome, failed: tools.mask(outcome.failed) } : outcome;
}

async function begin(tools: RunTools, request: RunRequest): Promise<{ startedAt: string }> {
  const at = new Date(tools.now()).toISOString();
  const started = await tools.record.started(request, at);
  await tools.audit.record(
    entryOf(tools, request, 'requested', at, { args: request.args, trigger: request.trigger as Json }),
  );
  return started;
}

async function carryOut(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  startedAt: string,
): Promise<Outcome> {
  const prepared = await prepare(durable, tools, request);
  if ('refused' in prepared) return prepared;
  if (!isSilent(tools, request)) await durable.step('announce', () => tools.announce(request), once).catch(() => null);
  const began = { startedAt, targets: prepared.targets };
  try {
    return await prepared.operation.run(runContext(durable, tools, prepared.operation, request, began), request.args);
  } catch (thrown) {
    const fault = asFault(thrown);
    tools.log('error', 'run failed', { runId: request.runId, code: fault.code, message: fault.message });
    return { failed: fault.message, code: fault.code };
  }
}

type Prepared = { operation: RunOperation; targets: readonly TargetName[] };

/**
 * What is asked for, if whoever asks may have it: in a step, because Slack may have to say who is in a user group, and a replay
 * must hear the same answer.
 */
async function prepare(durable: DurableContext, tools: RunTools, request: RunRequest): Promise<Prepared | Refused> {
  const prepared = understand(tools, request);
  if ('refused' in prepared) return prepared;
  const refused = await durable.step('authorise', () => authorise(tools, request, prepared.operation), repeatable);
  return refused ?? prepared;
}

function understand(tools: RunTools, request: RunRequest): Prepared | Refused {
  const operation = tools.operation(request.operation);
  if (!operation) return { refused: `there is no operation ${request.operation}` };
  const targets = tools.targetsOf(request.subject);
  if (targets.length === 0) return { refused: `there is no target or environment ${request.subject}` };
  if (operation.scope === 'target' && targets.every(({ name }) => name !== request.subject))
    return { refused: `${request.operation} works on one target, and ${request.subject} is an environment` };
  const unfit = targets.filter((target) => !operation.engines.includes(target.engine));
  if (unfit.length > 0)
    return { refused: `${request.operation} does not know ${unfit.map(({ engine }) => engine).join(', ')} targets` };
  const read = readArguments(operation.args, request.args);
  if ('problems' in read) return { refused: problemsInWords(read.problems).join('; ') };
  return { operation, targets };
}

async function authorise(tools: RunTools, request: RunRequest, operation: RunOperation): Promise<Refused | null> {
  const refused = await tools.whyNot(request, operation);
  if (refused) return refused;
  // A failover watches for minutes before its plan is there: what would hold it back then is told now.
  const held = operation.movesWrites === true ? await heldBack(tools, operation, request.subject) : null;
  return held === null ? null : { refused: held };
}

/** Looks at the targets of a share, as far as the trigger of the whole run may. Only what reads can be shared out. */
async function carryOutShare(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  { targets, startedAt }: Share,
): Promise<readonly Json[]> {
  const prepared = await prepare(durable, tools, request);
  if ('refused' in prepared) throw new Fault('permission_denied', prepared.refused);
  const { operation } = prepared;
  if (operation.risk !== 'reads') throw new Fault('invalid_request', `${operation.id} cannot be shared out: it acts`);
  const wanted = new Set(targets);
  const began = { startedAt, targets: prepared.targets.filter(({ name }) => wanted.has(name)) };
  try {
    await operation.run(runContext(durable, tools, operation, request, began), request.args);
  } catch (thrown) {
    if (thrown instanceof ShareDone) return thrown.results;
    throw thrown;
  }
  throw new Fault('bug', `${operation.id} looks at no targets and was shared out`);
}

async function release(tools: RunTools, request: RunRequest): Promise<null> {
  const operation = tools.operation(request.operation);
  if (operation?.risk !== 'reads') {
    await tools.acts.ended(request.subject, request.runId, new Date(tools.now()).toISOString());
    await releaseLocks(tools, operation, request.subject, request.runId);
  }
  await tools.lookIsOver(request);
  return null;
}

async function record(tools: RunTools, request: RunRequest, outcome: Outcome): Promise<null> {
  const at = new Date(tools.now()).toISOString();
  await tools.record.ended(request, outcome, at);
  const what = 'done' in outcome ? 'finished' : 'refused' in outcome ? 'refused' : 'failed';
  await tools.audit.record(entryOf(tools, request, what, at, { words: wordsOf(outcome) }));
  const { runId, operation, subject } = request;
  const { ended } = resultOf(request, outcome);
  // Counted by the alarms on scheduled runs that stay away (infra/bot-alarms.generated.yml).
  tools.log('info', 'run ended', { runId, operation, subject, trigger: whoTriggered(request.trigger), ended });
  return null;
}

function entryOf(
  tools: RunTools,
  request: RunRequest,
  what: 'requested' | 'finished' | 'refused' | 'failed',
  at: string,
  detail: Json,
) {
  const { runId, operation, subject } = request;
  return {
    id: `${runId}:${what}`,
    at,
    who: whoTriggered(request.trigger),
    what,
    runId,
    operation,
    subject,
    detail: tools.mask(detail),
  };
}

function resultOf(request: RunRequest, outcome: Outcome): RunResult {
  const ended = 'done' in outcome ? 'done' : 'refused' in outcome ? 'refused' : 'failed';
  return { runId: request.runId, ended, words: wordsOf(outcome) };
}
