import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { Json } from '../core/json.ts';
import type { RunContext, RunOperation, Steps, TargetName } from '../core/operation.ts';
import type { Past, Remembered } from '../core/past.ts';
import type { Mute } from '../core/quiet.ts';
import type { RunRequest } from '../core/run.ts';
import { whoTriggered } from '../core/trigger.ts';
import { braking } from './braking.ts';
import { eachTarget } from './each-target.ts';
import { overTime } from './over-time.ts';
import { repeatable } from './retries.ts';
import type { RunTools } from './run-tools.ts';
import { settling } from './settling.ts';
import { callsOf } from './step-calls.ts';
import { watched } from './watched.ts';

/** The port that an operation's body sees, on top of a durable execution. */
export function runContext(
  durable: DurableContext,
  tools: RunTools,
  operation: RunOperation,
  request: RunRequest,
  began: { startedAt: string; targets: readonly TargetName[] },
): RunContext<Steps> {
  const { show, ...seen } = watched(durable, tools, operation, request);
  const context: RunContext<Steps> = {
    runId: request.runId,
    trigger: request.trigger,
    startedAt: began.startedAt,
    targets: began.targets,
    subject: request.subject,
    steps: callsOf(durable, tools, operation, request, show),
    each: <R extends Json>(name: string, targets: readonly TargetName[], work: EachWork<R>) =>
      eachTarget({ durable, tools, operation, request, startedAt: began.startedAt }, name, targets, (target, inner) =>
        work(target, runContext(inner, tools, operation, request, began)),
      ),
    limits: (target, check) => tools.limits(target.name, check),
    hysteresis: (target, check) => tools.hysteresis(target.name, check),
    failoverLimits: ({ environment: of }) => durable.step('limits', () => tools.failoverLimits(of), repeatable),
    past: (target) =>
      durable.step<Past>(`past ${target.name}`, () => pastOf(tools, target, began.startedAt), repeatable),
    neighbours: (target) => neighboursOf(tools, target),
    lastFindings: (target) =>
      durable.step(
        `last findings of ${target.name}`,
        async () => [...(await tools.history.lastFindings(target.name))],
        repeatable,
      ),
    mute: (mute) => durable.step(`mute ${mute.target}`, () => mutedBy(tools, request, mute), repeatable),
    unmute: (target, what) =>
      durable.step(
        `unmute ${target.name}`,
        async () => (await tools.mutes.end(target.name, what)) !== undefined,
        repeatable,
      ),
    ...braking(durable, tools, request),
    ...settling(durable, tools),
    remember: (target, look) => remember(durable, tools, request, target, look),
    ...overTime(durable, tools, request, began.startedAt),
    askForBackup: ({ name }) =>
      durable.step<string | null>(
        `ask for a backup of ${name}`,
        () => tools.askForBackup(name, { runId: request.runId, at: began.startedAt }),
        repeatable,
      ),
    backups: ({ name }) => durable.step(`backups ${name}`, () => tools.backups(name, began.startedAt), repeatable),
    sleep: (name, seconds) => durable.wait(name, { seconds }),
    poll: (name, ask, done, everySeconds) => poll(durable, name, ask, done, everySeconds),
    ...seen,
  };
  return context;
}

/** In one step, because a target of a large run may not take many. */
async function pastOf(tools: RunTools, target: TargetName, at: string): Promise<Past> {
  const [past, quiet] = await Promise.all([tools.history.past(target.name), tools.quiet(target, at)]);
  return { ...past, quiet };
}

function neighboursOf(tools: RunTools, { name, engine, environment }: TargetName): TargetName[] {
  return tools
    .targetsOf(environment)
    .filter((one) => one.environment === environment && one.engine !== engine && one.name !== name);
}

async function mutedBy(tools: RunTools, { trigger }: RunRequest, mute: Omit<Mute, 'by' | 'at'>): Promise<Mute> {
  const at = new Date(tools.now()).toISOString();
  const kept = { ...mute, by: tools.named(whoTriggered(trigger)), at };
  await tools.mutes.keep(kept);
  return kept;
}

type EachWork<R> = (target: TargetName, context: RunContext<Steps>) => Promise<R>;

async function remember(
  durable: DurableContext,
  tools: RunTools,
  request: RunRequest,
  target: TargetName,
  { metrics = [], ...look }: Remembered,
): Promise<void> {
  const baseline = request.trigger.kind === 'schedule' || request.trigger.kind === 'alarm';
  const keep = async (): Promise<void> => {
    await tools.history.remember(target.name, look, { baseline });
    await tools.metrics.keep(target.name, { at: look.at, metrics });
  };
  await durable.step(`remember ${target.name}`, keep, repeatable);
}

function poll<R extends Json>(
  durable: DurableContext,
  name: string,
  ask: () => Promise<R>,
  done: (answer: R) => boolean,
  everySeconds: number,
): Promise<R> {
  return durable.waitForCondition<R>(name, () => ask(), {
    initialState: null as unknown as R,
    waitStrategy: (answer) =>
      done(answer) ? { shouldContinue: false } : { shouldContinue: true, delay: { seconds: everySeconds } },
  });
}
