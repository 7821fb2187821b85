import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import type { Outcome } from '../core/outcome.ts';
import { emptyReport, type Report } from '../core/report.ts';
import { openTarget, targetFromUrl } from '../providers/index.ts';
import type { RunRecord } from '../core/run-record.ts';
import { answerNow } from './answer.ts';
import { runBook } from './run-book.ts';
import { createWake } from './wake-run.ts';
import { openControl, type Control } from './control.ts';
import { findOperation, findRunOperation } from './find-operation.ts';
import { memoryContext } from './memory-context.ts';
import { openPeople } from './open-people.ts';
import { knownSlackSecrets } from './slack-secrets.ts';
import { createStarts } from './start-run.ts';

type Words = Readonly<Record<string, string>>;

const LOOK_EVERY_MS = 250;

/** A reading operation on a bare URL, in this process: needs no config and leaves no state. */
export async function readUrl(id: string, url: URL, args: Words): Promise<Outcome> {
  const operation = findRunOperation(id);
  if (!operation) throw new Fault('invalid_request', `there is no verb ${id} that runs`);
  if (operation.risk !== 'reads') {
    throw new Fault('invalid_request', `${id} does more than read: name a target of nightshift.yaml, not a URL`);
  }
  const { spec, secrets } = targetFromUrl(url.href);
  if (!operation.engines.includes(spec.engine)) return { refused: `${id} does not know ${spec.engine} targets` };
  const target = await openTarget(spec, 'read', { secret: (reference) => secrets.resolve(reference) });
  try {
    const name = { name: spec.name, engine: spec.engine, environment: spec.environment };
    const mask = createMask(secrets.known());
    const context = memoryContext(operation, name, { target, mask, nowMs: Date.now(), user: 'terminal' });
    return await operation.run(context, args);
  } finally {
    await target.close();
  }
}

/** Starts a run as a trigger would, with the rights of the person whose Slack id is in the environment, and waits for its end. */
export async function runThroughDoor(
  operation: string,
  subject: string,
  args: Words,
  onProgress: (step: string) => void,
): Promise<Outcome> {
  const control = await openControl('terminal', knownSlackSecrets);
  const trigger = { kind: 'terminal', user: userOf(control) } as const;
  const { functionPrefix, region } = control.environment;
  const runId = await createStarts(functionPrefix, region).start(
    { operation, subject, args, trigger },
    `terminal:${randomUUID()}`,
  );
  onProgress(`run ${runId} started`);
  return outcomeOf(await ended(control, runId));
}

/** A verb that is answered from what is known already. */
export async function answerInTerminal(id: string, args: Words): Promise<Report> {
  const control = await openControl('terminal', knownSlackSecrets);
  const { config, state, now } = control;
  const people = openPeople(control);
  const operation = findOperation(id);
  if (operation?.kind !== 'answer')
    throw new Fault('invalid_request', `there is no verb ${id} that is answered at once`);
  const latestReport = (target: string) => state.history.latestReport(target);
  const mutesInForce = (targets: readonly string[]) => state.mutes.inForce(targets);
  const wake = createWake(control.environment.region);
  const stir = async (_runId: string, callbackId: string | undefined) =>
    callbackId === undefined ? undefined : wake(callbackId);
  const book = runBook({ ...state, config, now, stir });
  const tools = { config, now, whoAsks: people.inARun, whoDecides: people.inARun, latestReport, mutesInForce, book };
  return answerNow(tools, operation, userOf(control), args);
}

function userOf({ environment }: Pick<Control, 'environment'>): string {
  if (environment.user !== undefined) return environment.user;
  throw new Fault('invalid_request', 'Set NIGHTSHIFT_USER to your Slack user id: a run is started with your rights.');
}

async function ended({ state }: Control, runId: string): Promise<RunRecord> {
  for (;;) {
    const run = await state.runs.get(runId);
    if (run && run.status !== 'started' && run.status !== 'waiting') return run;
    await pause(LOOK_EVERY_MS);
  }
}

function outcomeOf(run: RunRecord): Outcome {
  const headline = run.headline ?? '';
  if (run.status === 'refused') return { refused: headline };
  if (run.status === 'failed') return { failed: headline, code: 'bug' };
  if (run.report !== undefined) return { done: JSON.parse(run.report) as Report };
  const about = { operation: run.operation, subject: run.subject, status: run.health ?? 'info', headline } as const;
  return { done: emptyReport({ ...about, at: run.endedAt ?? run.startedAt }) };
}
